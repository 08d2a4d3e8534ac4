"""What a search for the augmentation has done already, on disk."""

import json
import pathlib
from collections.abc import Mapping
from typing import Any

import numpy as np

from keras_ssl.utils.typing import Array

FILE = "augmentation_search.json"


class Notes:
    """Keeps results by name, so that an interrupted search goes on.

    Args:
        folder: Where to keep them; `None` keeps them in memory.
        conditions: What the results depend on, as plain values.

    Raises:
        ValueError: The folder holds a search under other conditions.

    Example:

    >>> notes = Notes(None, {"steps": 100})
    >>> notes.keep("mirror", np.array([True, False]))
    >>> notes.recall("mirror").tolist(), notes.recall("rotate") is None
    ([1.0, 0.0], True)
    """

    def __init__(
        self, folder: str | pathlib.Path | None, conditions: Mapping[str, Any]
    ) -> None:
        self._file = None if folder is None else pathlib.Path(folder) / FILE
        self._notes: dict[str, Any] = {"conditions": dict(conditions)}
        if self._file is None or not self._file.exists():
            return
        found = json.loads(self._file.read_text(encoding="utf-8"))
        known = found["conditions"]
        other = [n for n, v in conditions.items() if known.get(n) != v]
        if other:
            raise ValueError(
                f"Received: {self._file}, of a search with "
                + ", ".join(f"{name}={known.get(name)}" for name in other)
                + ". Expected the same as now to go on, which is "
                + ", ".join(f"{name}={conditions[name]}" for name in other)
                + ". Pass another folder, or delete the file."
            )
        self._notes = found

    def recall(self, name: str) -> Array | None:
        """What was kept under a name, or `None`."""
        found = self._notes.get(name)
        return None if found is None else np.asarray(found, "float64")

    def keep(self, name: str, values: Array) -> None:
        """Keeps an array of numbers under a name."""
        self._notes[name] = np.asarray(values, "float64").tolist()
        if self._file is not None:
            self._file.parent.mkdir(parents=True, exist_ok=True)
            self._file.write_text(json.dumps(self._notes), encoding="utf-8")

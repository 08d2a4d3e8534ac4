"""What `train` was asked for, so that no folder goes on as another run."""

import json
import pathlib
from collections.abc import Mapping
from typing import Any

from keras_ssl.autotrain.parts import are_arrays
from keras_ssl.utils.fingerprint import checksum
from keras_ssl.utils.jsonable import to_plain
from keras_ssl.utils.registry import config_of

FILE = "arguments.json"


class Arguments:
    """The arguments of a run, and those that its folder began with.

    Args:
        folder: That of the run, or `None`.
        values: By name; objects are known by their config.

    Raises:
        ValueError: The folder holds a run with other arguments.

    Example:

    >>> Arguments(None, {"epochs": 60}).keep()
    """

    def __init__(
        self, folder: pathlib.Path | None, values: Mapping[str, Any]
    ) -> None:
        self._file = folder and folder / FILE
        self._values = to_plain({k: config_of(v) for k, v in values.items()})
        if self._file is None or not self._file.exists():
            return
        before = json.loads(self._file.read_text())
        for name in {**before, **self._values}:
            ours, theirs = self._values.get(name), before.get(name)
            if ours != theirs:
                raise ValueError(
                    f"Received: {name}={ours!r} and a folder {str(folder)!r} "
                    f"that holds a run with {theirs!r}. Expected the same to "
                    "go on, or another folder. Pass one of them."
                )

    def keep(self) -> None:
        """Writes them into the folder, once they have proven valid."""
        if self._file is not None:
            self._file.parent.mkdir(parents=True, exist_ok=True)
            self._file.write_text(json.dumps(self._values, indent=1))


def identify(images: Any) -> str | None:
    """Which images and labels these are; `None` for what are no arrays.

    Example:

    >>> identify(np.zeros((2, 8)))
    '2 images, c2a8fa9d'
    """
    if images is None or not are_arrays(images):
        return None
    arrays = images if isinstance(images, tuple | list) else [images]
    return f"{len(arrays[0]):,} images, {checksum(*arrays):08x}"

"""`Folder`: every finished run of a study, on disk at once."""

import json
import os
import pathlib
from collections.abc import Mapping
from typing import Any

from keras_ssl.utils.folder import check_conditions
from keras_ssl.utils.folder import read_json
from keras_ssl.utils.folder import write_json

SETUP = "study.json"
RUNS = "runs.jsonl"


class Folder:
    """Keeps the runs of a study, so that an interrupted one continues.

    Args:
        path: Of the folder; `None` keeps them in memory.
        setup: What all runs share, as plain values.
        rows: What each row is, in words, by name.

    Attributes:
        runs: The finished ones.

    Raises:
        ValueError: The folder holds runs of another setup, or a row that was
            another one.

    Example:

    >>> folder = Folder(None, {"labels": 250}, {"FixMatch": "threshold 0.95"})
    >>> folder.keep({"row": "FixMatch", "seed": 0, "accuracy": 0.8})
    >>> folder.has("FixMatch", 0), folder.has("FixMatch", 1)
    (True, False)
    """

    def __init__(
        self,
        path: str | pathlib.Path | None,
        setup: Mapping[str, Any],
        rows: Mapping[str, str],
    ) -> None:
        self._file = None if path is None else pathlib.Path(path) / RUNS
        self.runs: list[dict[str, Any]] = []
        if self._file is None:
            return
        known = read_json(self._file.with_name(SETUP))
        if known:
            check_conditions(self._file.parent, known["setup"], setup)
            both = {n: known["rows"][n] for n in rows if n in known["rows"]}
            check_conditions(
                self._file.parent,
                both,
                {name: rows[name] for name in both},
                advice="Give the row another name",
            )
            rows = {**known["rows"], **rows}
        write_json(self._file.with_name(SETUP), {"setup": setup, "rows": rows})
        if self._file.exists():
            # What a killed process was writing has no end of line.
            whole = self._file.read_bytes()
            whole = whole[: whole.rfind(b"\n") + 1]
            os.truncate(self._file, len(whole))
            self.runs = [json.loads(line) for line in whole.splitlines()]

    def has(self, row: str, seed: int) -> bool:
        """Whether a run is finished."""
        return any(
            each["row"] == row and each["seed"] == seed for each in self.runs
        )

    def keep(self, run: dict[str, Any]) -> None:
        """Adds a finished run."""
        self.runs.append(run)
        if self._file is not None:
            with self._file.open("a", encoding="utf-8") as file:
                file.write(json.dumps(run) + "\n")

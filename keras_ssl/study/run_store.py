"""`Folder`: every finished run of a study, on disk at once."""

import json
import pathlib
from collections.abc import Mapping
from typing import Any

from keras_ssl.utils.console import say
from keras_ssl.utils.folder import DAMAGE
from keras_ssl.utils.folder import append_text
from keras_ssl.utils.folder import check_conditions
from keras_ssl.utils.folder import read_json
from keras_ssl.utils.folder import write_json
from keras_ssl.utils.folder import write_text
from keras_ssl.utils.jsonable import to_plain

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
            another one; or its setup is damaged.
        OSError: The disk is full, or may not be written to.

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
        if known is None and self._file.exists():
            raise ValueError(
                f"Received: the folder {str(self._file.parent)!r} with "
                f"{RUNS}, without its {SETUP}, as earlier versions wrote it. "
                "Expected both, or none. Pass another folder, or delete this "
                "one to begin anew."
            )
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
        both = {"setup": dict(setup), "rows": dict(rows)}
        if known != to_plain(both):
            write_json(self._file.with_name(SETUP), both)
        self.runs, cut = _read(self._file)
        if cut:  # what a program was writing when it was killed
            lines = "".join(json.dumps(run) + "\n" for run in self.runs)
            write_text(self._file, lines, keep=True)

    def has(self, row: str, seed: int) -> bool:
        """Whether a run is finished."""
        return any(
            each["row"] == row and each["seed"] == seed for each in self.runs
        )

    def keep(self, run: dict[str, Any]) -> None:
        """Adds a finished run."""
        self.runs.append(run)
        if self._file is not None:
            append_text(self._file, json.dumps(run) + "\n")


def _read(file: pathlib.Path) -> tuple[list[dict[str, Any]], bool]:
    """The runs of a file, and whether some of it is damaged."""
    lines = file.read_bytes().split(b"\n") if file.exists() else [b""]
    runs, damaged = [], lines.pop() != b""
    for number, line in enumerate(lines, start=1):
        try:
            run = json.loads(line)
            runs.append({**run, "row": run["row"], "seed": run["seed"]})
        except DAMAGE:
            damaged = True
            say(
                f"keras_ssl: line {number} of {str(file)!r} is damaged; what "
                "it held is run again."
            )
    return runs, damaged

"""`Folder`: every finished run of a study, on disk at once."""

import json
import os
import pathlib
from collections.abc import Mapping
from typing import Any

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
        self._path = None if path is None else pathlib.Path(path)
        self.runs: list[dict[str, Any]] = []
        if self._path is None:
            return
        self._path.mkdir(parents=True, exist_ok=True)
        file = self._path / SETUP
        if file.exists():
            known = json.loads(file.read_text(encoding="utf-8"))
            self._check(known["setup"], setup)
            self._check(known["rows"], rows, missing_is_new=True)
            rows = {**known["rows"], **rows}
        new = file.with_suffix(".new")  # replaces the old one at once
        text = json.dumps({"setup": setup, "rows": rows}, indent=1)
        new.write_text(text, encoding="utf-8")
        new.replace(file)
        if (self._path / RUNS).exists():
            # What a killed process was writing has no end of line.
            whole = (self._path / RUNS).read_bytes()
            whole = whole[: whole.rfind(b"\n") + 1]
            os.truncate(self._path / RUNS, len(whole))
            self.runs = [json.loads(line) for line in whole.splitlines()]

    def has(self, row: str, seed: int) -> bool:
        """Whether a run is finished."""
        return any(
            each["row"] == row and each["seed"] == seed for each in self.runs
        )

    def keep(self, run: dict[str, Any]) -> None:
        """Adds a finished run."""
        self.runs.append(run)
        if self._path is not None:
            with (self._path / RUNS).open("a", encoding="utf-8") as file:
                file.write(json.dumps(run) + "\n")

    def _check(
        self,
        known: Mapping[str, Any],
        now: Mapping[str, Any],
        *,
        missing_is_new: bool = False,
    ) -> None:
        for name, value in now.items():
            if name not in known and missing_is_new:
                continue
            if known.get(name) != value:
                before, after = _changes(known.get(name), value)
                advice = (
                    "Give the row another name"
                    if missing_is_new
                    else "Pass another folder, or delete this one"
                )
                raise ValueError(
                    f"Received: the folder {str(self._path)!r} of a study "
                    f"with {name}={before!r}. Expected {after!r}, as it is "
                    f"now. {advice}."
                )


def _changes(before: Any, after: Any) -> tuple[Any, Any]:
    """What differs between two values; of two recipes, the fields alone."""
    try:
        one, two = json.loads(before), json.loads(after)
        names = [name for name in two if one[name] != two[name]]
    except (TypeError, ValueError, KeyError):
        return before, after
    return {n: one[n] for n in names}, {n: two[n] for n in names}

"""A folder belongs to one run; what is written into it is whole or absent."""

import contextlib
import json
import os
import pathlib
from collections.abc import Iterator
from collections.abc import Mapping
from typing import Any
from typing import BinaryIO

from keras_ssl.utils.jsonable import to_plain

ANOTHER = "Pass another folder, or delete this one"


def check_conditions(
    folder: pathlib.Path | str,
    before: Mapping[str, Any],
    now: Mapping[str, Any],
    advice: str = ANOTHER,
) -> None:
    """Refuses a folder that a run has begun under other conditions.

    Args:
        folder: Its path.
        before: The conditions of the run that began it, by name.
        now: The conditions of the run that wants to go on.
        advice: What to do about it.

    Raises:
        ValueError: Some differ; the message names them.

    Example:

    >>> check_conditions("runs", {"labels": 16, "seed": 0}, {"labels": 20})
    Traceback (most recent call last):
    ValueError: Received: the folder 'runs' of a run with labels=16, seed=0. \
Expected labels=20, seed=None, as now. Pass another folder, or delete this one.
    """
    now = to_plain(now)
    pairs = {
        name: _differing(before.get(name), now.get(name))
        for name in {**before, **now}
        if before.get(name) != now.get(name)
    }
    if pairs:
        theirs, ours = (
            ", ".join(f"{name}={pair[side]!r}" for name, pair in pairs.items())
            for side in range(2)
        )
        raise ValueError(
            f"Received: the folder {str(folder)!r} of a run with {theirs}. "
            f"Expected {ours}, as now. {advice}."
        )


def _differing(before: Any, now: Any) -> tuple[Any, Any]:
    """Both values, cut down to the fields that differ if both are JSON."""
    try:
        one, two = json.loads(before), json.loads(now)
        names = [name for name in two if one[name] != two[name]]
    except (TypeError, ValueError, KeyError):
        return before, now
    return {n: one[n] for n in names}, {n: two[n] for n in names}


@contextlib.contextmanager
def replacing(file: pathlib.Path) -> Iterator[BinaryIO]:
    """Opens a stream that becomes the file at once, when all is written.

    A process that is killed meanwhile leaves the file as it was.

    Args:
        file: Where to; its folder is created.
    """
    file.parent.mkdir(parents=True, exist_ok=True)
    new = file.with_name(f"{file.name}.new")
    with new.open("wb") as stream:
        yield stream
        stream.flush()
        os.fsync(stream.fileno())
    new.replace(file)


def write_json(file: pathlib.Path, value: Any) -> None:
    """Writes a plain value, all of it or nothing."""
    with replacing(file) as stream:
        stream.write(json.dumps(value, indent=1).encode())


def read_json(file: pathlib.Path) -> Any:
    """Reads what `write_json` wrote; `None` where there is no file."""
    return json.loads(file.read_bytes()) if file.exists() else None

"""A folder belongs to one run; what is written into it is whole or absent."""

import contextlib
import json
import os
import pathlib
import shutil
import zipfile
import zlib
from collections.abc import Callable
from collections.abc import Iterator
from collections.abc import Mapping
from typing import Any
from typing import TypeVar

from keras_ssl.utils.console import say
from keras_ssl.utils.jsonable import to_plain

T = TypeVar("T")
ANOTHER = "Pass another folder, or delete this one"
# What readers of JSON and of archives say of a file that was cut.
DAMAGE = (
    *(ValueError, TypeError, LookupError, EOFError),
    *(zipfile.BadZipFile, zlib.error, FileNotFoundError),
)
LOCK = "in_use.lock"


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
def replacing(
    path: pathlib.Path, *, keep: bool = False
) -> Iterator[pathlib.Path]:
    """Gives a place to write; what is there takes the path's place at once.

    A process that is killed meanwhile leaves the path as it was.

    Args:
        path: Of a file or a folder; the folder that it is in is created.
        keep: Whether what was at the path stays beside it, for `read_whole`.

    Yields:
        Another path, with the same ending.

    Raises:
        OSError: The disk is full, or may not be written to.
    """
    new = path.with_name(f"new.{path.name}")
    try:
        path.parent.mkdir(parents=True, exist_ok=True)
        _remove(new)
        yield new
        for file in [new, *new.rglob("*")]:
            _flush(file)
        if keep and path.exists():
            _remove(_beside(path, "last"))
            path.replace(_beside(path, "last"))
        new.replace(path)
        _flush(path.parent)
    except OSError as error:
        raise _not_written(path, error) from error
    finally:
        with contextlib.suppress(OSError):
            _remove(new)


def append_text(file: pathlib.Path, text: str) -> None:
    """Adds a text to a file, all of it or nothing.

    A process that is killed meanwhile may leave a part of it.

    Args:
        file: Created if it does not exist.
        text: The text, with the end of its last line.

    Raises:
        OSError: The disk is full, or may not be written to.
    """
    length = file.stat().st_size if file.exists() else 0
    try:
        file.parent.mkdir(parents=True, exist_ok=True)
        with file.open("ab", buffering=0) as stream:
            _write_all(stream, text.encode())
            os.fsync(stream.fileno())
    except OSError as error:
        with contextlib.suppress(OSError):
            os.truncate(file, length)
        raise _not_written(file, error) from error


def _write_all(stream: Any, text: bytes) -> None:
    while text:  # a disk that is nearly full takes a part
        text = text[stream.write(text) :]


def _not_written(path: pathlib.Path, error: OSError) -> OSError:
    return type(error)(
        f"Received: {error.strerror or error} while {str(path)!r} was written. "
        "Expected a place that can be written to; what was there before is "
        "whole. Make room or give the right to write, and start again."
    )


def read_whole(
    path: pathlib.Path, read: Callable[[pathlib.Path], T]
) -> T | None:
    """Reads what `replacing` wrote; if it is damaged, what was there before.

    What is damaged is named, and put aside where that is allowed.

    Args:
        path: Of a file or a folder.
        read: Reads it.

    Returns:
        What was read, or `None` if nothing is there.

    Raises:
        ValueError: It is damaged, and nothing whole is beside it.
    """
    last, damaged = _beside(path, "last"), ""
    for each in (path, last):
        try:
            if each.exists():
                return read(each)
        except DAMAGE as error:
            damaged = f"{str(each)!r}, which is damaged ({error!r:.80})"
            if each == path and last.exists():
                say(f"keras_ssl: {damaged}: what was there before is taken.")
                _put_aside(path)
    if not damaged:
        return None
    raise ValueError(
        f"Received: {damaged}. Expected it whole, or a whole one beside it. "
        f"Delete it to begin without it, or the folder {str(path.parent)!r} to "
        "begin anew."
    )


def _put_aside(path: pathlib.Path) -> None:
    with contextlib.suppress(OSError):  # a folder that is only read
        _remove(_beside(path, "damaged"))
        path.replace(_beside(path, "damaged"))


def _beside(path: pathlib.Path, what: str) -> pathlib.Path:
    return path.with_name(f"{path.name}.{what}")


def _remove(path: pathlib.Path) -> None:
    if path.is_dir():
        shutil.rmtree(path)
    path.unlink(missing_ok=True)


def _flush(path: pathlib.Path) -> None:
    """Waits until the disk has it."""
    if path.is_dir() and os.name == "nt":  # which cannot open folders
        return
    place = os.open(path, os.O_RDWR if path.is_file() else os.O_RDONLY)
    try:
        os.fsync(place)
    finally:
        os.close(place)


def write_text(file: pathlib.Path, text: str, *, keep: bool = False) -> None:
    """Writes a text, all of it or nothing."""
    with replacing(file, keep=keep) as new:
        new.write_text(text, encoding="utf-8")


def write_json(file: pathlib.Path, value: Any) -> None:
    """Writes a plain value, all of it or nothing; keeps the one before."""
    write_text(file, json.dumps(value, indent=1), keep=True)


def read_json(file: pathlib.Path) -> Any:
    """Reads what `write_json` wrote; `None` where there is no file."""
    return read_whole(file, lambda each: json.loads(each.read_bytes()))


@contextlib.contextmanager
def reading(path: pathlib.Path | str, wanted: str) -> Iterator[str]:
    """Opens the text of a file, and says if something else is in it.

    Args:
        path: Of the file.
        wanted: What should be in it, in words.

    Raises:
        ValueError: It cannot be read, or what is done with it fails as it does
            with a text that was cut, or is of another kind.
    """
    try:
        yield pathlib.Path(path).read_text(encoding="utf-8")
    except (*DAMAGE, AttributeError, OSError) as error:
        raise ValueError(
            f"Received: {str(path)!r} ({error!r:.80}). Expected the file of "
            f"{wanted}. Pass its path."
        ) from error


@contextlib.contextmanager
def in_use(folder: pathlib.Path | str | None) -> Iterator[None]:
    """Keeps every other program out of a folder, for as long as it is open.

    A program that is killed lets go of it. A folder that may only be read is
    open to all; so is every folder on a system without `fcntl`.

    Args:
        folder: Its path, created if it does not exist; `None` for no folder.

    Raises:
        ValueError: It is a file, or in use.
    """
    if folder is None:
        yield
        return
    folder = pathlib.Path(folder)
    if folder.exists() and not folder.is_dir():
        raise ValueError(
            f"Received: {str(folder)!r}, a file. Expected a folder to keep a "
            "run in, which need not exist yet. Pass its path."
        )
    with contextlib.ExitStack() as stack:
        try:
            folder.mkdir(parents=True, exist_ok=True)
            file = stack.enter_context((folder / LOCK).open("a+"))
        except OSError:  # whoever wants to write there is told so
            yield
            return
        _lock(file, folder)
        yield


def _lock(file: Any, folder: pathlib.Path) -> None:
    try:
        import fcntl
    except ImportError:  # Windows
        return
    try:
        fcntl.flock(file, fcntl.LOCK_EX | fcntl.LOCK_NB)
    except BlockingIOError as error:
        file.seek(0)
        raise ValueError(
            f"Received: the folder {str(folder)!r}, in use by process "
            f"{file.read() or '?'}. Expected one that no other program writes "
            "to. Wait for it to end, or pass another folder."
        ) from error
    except OSError:  # a file system without locks
        return
    file.truncate(0)
    file.write(str(os.getpid()))
    file.flush()

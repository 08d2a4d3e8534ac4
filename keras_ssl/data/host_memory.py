"""How much memory the machine has left for this process."""

import os
from pathlib import Path

SYSTEM = Path("/")


def available_memory(system: Path = SYSTEM) -> int | None:
    """The memory that can be taken before something is killed for it.

    Args:
        system: Folder that holds `proc` and `sys`.

    Returns:
        Bytes that are free or can be freed, of the machine or of the container
        around this process, whichever is less; `None` if neither is known.

    Example:
    >>> left = available_memory()
    >>> left is None or left > 0
    True
    """
    found = [_machine(system), _container(system)]
    return min((each for each in found if each is not None), default=None)


def _machine(system: Path) -> int | None:
    left = _named_number(system / "proc/meminfo", "MemAvailable:")
    if left is not None:
        return 1024 * left
    if "SC_PHYS_PAGES" not in getattr(os, "sysconf_names", {}):
        return None
    return os.sysconf("SC_PHYS_PAGES") * os.sysconf("SC_PAGE_SIZE")


def _container(system: Path) -> int | None:
    """What is left of a control group's limit, of version 2 or 1."""
    folder = system / "sys/fs/cgroup"
    for limit, usage, name in (
        ("memory.max", "memory.current", "inactive_file"),
        (
            "memory/memory.limit_in_bytes",
            "memory/memory.usage_in_bytes",
            "total_inactive_file",
        ),
    ):
        most, used = _number(folder / limit), _number(folder / usage)
        if most is not None and used is not None:
            statistics = (folder / limit).parent / "memory.stat"
            return most - used + (_named_number(statistics, name) or 0)
    return None


def _number(path: Path) -> int | None:
    text = _read(path).strip()
    return int(text) if text.isdigit() else None


def _named_number(path: Path, name: str) -> int | None:
    lines = [line.split() for line in _read(path).splitlines()]
    found = [int(words[1]) for words in lines if words and words[0] == name]
    return found[0] if found else None


def _read(path: Path) -> str:
    try:
        return path.read_text()
    except OSError:
        return ""

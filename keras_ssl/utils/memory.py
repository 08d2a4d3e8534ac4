"""Reads the memory that training steps took, and where there is how much."""

import contextlib
import os
import shutil
import subprocess
from pathlib import Path
from typing import Any

import keras

MIB = 2**20
TENSORFLOW, JAX, TORCH = "tensorflow", "jax", "torch"


def reset_peak_memory() -> None:
    """Forgets the peak so far, where the backend can.

    JAX cannot: its peak is that of the whole process.
    """
    if keras.backend.backend() == TENSORFLOW:
        for device in _tensorflow_devices():
            with contextlib.suppress(ValueError):
                _tensorflow().config.experimental.reset_memory_stats(device)
    if keras.backend.backend() == TORCH:
        for index in _torch_gpus():
            _cuda().reset_peak_memory_stats(index)


def read_peak_memory() -> int | None:
    """The most memory that tensors took since `reset_peak_memory`.

    Returns:
        Bytes on the device that needs the most; `None` if the backend cannot
        tell, as JAX and PyTorch on a CPU. TensorFlow on a CPU counts tensors
        from some 100 KiB on.

    Example:
    >>> reset_peak_memory()
    >>> _ = keras.ops.ones((256, 1024)) + 1
    >>> read_peak_memory() is None or read_peak_memory() >= 2**20
    True
    """
    peaks = []
    if keras.backend.backend() == TENSORFLOW:
        read = _tensorflow().config.experimental.get_memory_info
        for device in _tensorflow_devices():
            with contextlib.suppress(ValueError):
                peaks.append(int(read(device)["peak"]))
    if keras.backend.backend() == JAX:
        peaks = _jax_statistics("peak_bytes_in_use")
    if keras.backend.backend() == TORCH:
        peaks = list(map(_cuda().max_memory_allocated, _torch_gpus()))
    return max(peaks, default=0) or None


def read_memory_limit() -> int | None:
    """The memory that training may take, at the most.

    Returns:
        Bytes: all of the smallest GPU; or, without a GPU, what the machine and
        its container have left. `None` if nobody can tell.

    Example:
    >>> limit = read_memory_limit()
    >>> limit is None or limit > 0
    True
    """
    if keras.backend.backend() == JAX:
        limits = _jax_statistics("bytes_limit")
        return min(limits) if limits else available_memory()
    gpus = {TENSORFLOW: _tensorflow_gpus, TORCH: _torch_gpus}
    found = gpus.get(keras.backend.backend(), list)()
    return gpu_memory(_ask_driver()) if found else available_memory()


def list_devices() -> list[str]:
    """Names the devices that training may run on.

    Example:
    >>> len(list_devices()) > 0
    True
    """
    if keras.backend.backend() == TORCH:  # of which Keras has no list
        return [f"cuda:{index}" for index in _torch_gpus()] or ["cpu:0"]
    return list(keras.distribution.list_devices())


def gpu_memory(text: str) -> int | None:
    r"""Reads the memory of the smallest GPU out of lines of MiB.

    Args:
        text: What `nvidia-smi --query-gpu=memory.total
            --format=csv,noheader,nounits` prints.

    Returns:
        Bytes; `None` if there is no number.

    Example:
    >>> gpu_memory("40960\n8192\n") == 8192 * 2**20
    True
    """
    numbers = [int(line) for line in text.split() if line.isdigit()]
    return min(numbers) * MIB if numbers else None


def _ask_driver() -> str:
    program = shutil.which("nvidia-smi")
    if program is None:
        return ""
    question = ["--query-gpu=memory.total", "--format=csv,noheader,nounits"]
    answer = subprocess.run(  # noqa: S603 - a program and arguments of ours
        [program, *question], capture_output=True, text=True, check=False
    )
    return answer.stdout


def _tensorflow() -> Any:
    import tensorflow

    return tensorflow


def _tensorflow_gpus() -> list[Any]:
    return list(_tensorflow().config.list_logical_devices("GPU"))


def _tensorflow_devices() -> list[str]:
    names = [device.name for device in _tensorflow_gpus()]
    return [name.removeprefix("/device:") for name in names] or ["CPU:0"]


def _cuda() -> Any:
    import torch

    return torch.cuda


def _torch_gpus() -> list[int]:
    return list(range(_cuda().device_count()))


def _jax_statistics(name: str) -> list[int]:
    import jax

    found = [device.memory_stats() or {} for device in jax.local_devices()]
    return [int(each[name]) for each in found if name in each]


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
    """The bytes left of a control group's limit, of version 2 or 1."""
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

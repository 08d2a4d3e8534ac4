"""How much memory the training steps took, and how much there is."""

import contextlib
import shutil
import subprocess
from typing import Any

import keras

from keras_ssl.data.host_memory import available_memory

MIB = 2**20
TENSORFLOW, JAX = "tensorflow", "jax"


def reset_peak_memory() -> None:
    """Forgets the peak so far, where the backend can.

    JAX cannot: its peak is that of the whole process.
    """
    if keras.backend.backend() == TENSORFLOW:
        for device in _tensorflow_devices():
            with contextlib.suppress(ValueError):
                _tensorflow().config.experimental.reset_memory_stats(device)


def read_peak_memory() -> int | None:
    """The most memory that tensors took since `reset_peak_memory`.

    Returns:
        Bytes on the device that needs the most; `None` if the backend cannot
        tell, as JAX on a CPU. TensorFlow on a CPU counts tensors from some
        100 KiB on.

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
    if keras.backend.backend() == TENSORFLOW and _tensorflow_gpus():
        return gpu_memory(_ask_driver())
    return available_memory()


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


def _jax_statistics(name: str) -> list[int]:
    import jax

    found = [device.memory_stats() or {} for device in jax.local_devices()]
    return [int(each[name]) for each in found if name in each]

"""`without_gradient`: code that no gradient goes through."""

import contextlib
from contextlib import AbstractContextManager
from typing import Any

import keras


def without_gradient() -> AbstractContextManager[Any]:
    """Saves the memory of a gradient that nobody asks for.

    PyTorch keeps, as it runs, what a gradient would need. TensorFlow and JAX
    leave out by themselves what none asks for: there, nothing is done.

    Returns:
        A context manager. On PyTorch, what is computed inside takes no
        gradient; elsewhere `keras.ops.stop_gradient` says so.

    Example:

    >>> with without_gradient():
    ...     total = ops.sum(keras.Variable([1.0, 2.0]))
    >>> float(total)
    3.0
    """
    if keras.backend.backend() != "torch":
        return contextlib.nullcontext()
    import torch

    return torch.no_grad()

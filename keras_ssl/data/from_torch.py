"""Reads the `torch.utils.data.DataLoader` that a user passed, on any backend.

PyTorch is not imported: who passes one of its loaders has done so.
"""

from collections.abc import Iterator
from typing import Any

import keras

from keras_ssl.data.arrays import to_numpy
from keras_ssl.data.halves import empty


def count_batches(loader: Any) -> int | None:
    """How many batches one pass has; `None` if the loader cannot tell."""
    try:
        return len(loader)
    except TypeError:  # an IterableDataset without a length
        return None


def endless(loader: Any, role: str) -> Iterator[Any]:
    """The batches of pass after pass, as tuples of NumPy arrays.

    Args:
        loader: The `DataLoader`.
        role: "labeled" or "unlabeled", for the message.

    Raises:
        ValueError: A pass has no batch.
    """
    while True:
        batch = None
        for batch in loader:
            yield as_arrays(batch)
        if batch is None:
            raise ValueError(empty(role))


def as_arrays(batch: Any) -> Any:
    """A batch with NumPy arrays for its tensors.

    Example:

    >>> [part.tolist() for part in as_arrays([np.ones(1), np.zeros(2)])]
    [[1.0], [0.0, 0.0]]
    """
    batch = batch if isinstance(batch, list | tuple) else (batch,)
    return keras.tree.map_structure(to_numpy, tuple(batch))

"""The first element of a dataset, for a look before training."""

from typing import Any

import keras
import numpy as np

from keras_ssl.data.elements import describe
from keras_ssl.typing import Array


def peek(dataset: Any) -> Any:
    """Returns the first element as NumPy arrays, and leaves it in place.

    Args:
        dataset: What `pair` returns, a `tf.data.Dataset`, a
            `keras.utils.PyDataset`, or another iterable of batches that can be
            read twice.

    Returns:
        The first element, of the same structure.

    Raises:
        TypeError: `dataset` is a generator, which cannot be read twice.
        ValueError: `dataset` is empty.

    Example:
    >>> from keras_ssl.data import pair
    >>> x, y, u = np.zeros((9, 8, 8, 1)), np.zeros(9), np.ones((90, 8, 8, 1))
    >>> images, labels = peek(pair((x, y), u, batch_size=2, verbose=0))
    >>> images["unlabeled"].shape
    (14, 8, 8, 1)
    """
    first = getattr(dataset, "first_element", None)
    if first is None:
        first = _read_first(dataset)
    if first is None:
        raise ValueError(
            "There is nothing to read. Received: an empty dataset. Expected "
            "one element at least. Check the filter or the path behind it."
        )
    return keras.tree.map_structure(_to_numpy, first)


def _read_first(dataset: Any) -> Any:
    if isinstance(dataset, keras.utils.PyDataset):
        return None if dataset.num_batches == 0 else dataset[0]
    if hasattr(dataset, "__next__") or not hasattr(dataset, "__iter__"):
        raise TypeError(
            f"The first element cannot be read. Received: {describe(dataset)}. "
            "Expected a dataset that can be read twice. Pass a "
            "`tf.data.Dataset` or a `keras.utils.PyDataset`, or the result of "
            "`pair`."
        )
    return next(iter(dataset), None)


def _to_numpy(tensor: Any) -> Array:
    is_tensor = keras.ops.is_tensor(tensor)
    return (
        keras.ops.convert_to_numpy(tensor) if is_tensor else np.asarray(tensor)
    )

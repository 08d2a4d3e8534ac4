"""`gather`: the first images of any container, as arrays, for a search."""

import math
import sys
from typing import Any

import numpy as np

from keras_ssl import data
from keras_ssl.data.arrays import standardize
from keras_ssl.data.halves import is_tf_dataset
from keras_ssl.data.halves import read_half
from keras_ssl.utils.checks import are_arrays
from keras_ssl.utils.typing import Array

UNKNOWN = sys.maxsize  # more images than limit anything


def gather(given: Any, role: str, most: int) -> tuple[Array, ...]:
    """Reads arrays as they are, and the first images of a dataset.

    Args:
        given: `(x, y[, sample_weight])` or `u[, hidden]` as arrays; or a
            `tf.data.Dataset` or a `keras.utils.PyDataset` of batches or of
            single images.
        role: "labeled" or "unlabeled".
        most: How many images of a dataset to read.

    Returns:
        Arrays.

    Raises:
        TypeError: The data can be read only once, or not at all.
        ValueError: There are no images.

    Example:

    >>> x, y = np.zeros((9, 8, 8, 1)), np.zeros(9)
    >>> [part.shape for part in gather((x, y), "labeled", 4)]
    [(9, 8, 8, 1), (9,)]
    """
    parts = given if isinstance(given, tuple | list) else (given,)
    parts = tuple(part for part in parts if part is not None)
    if parts and are_arrays(parts):
        if not len(parts[0]):
            raise ValueError(
                f"Received: no {role} images. Expected one at least. Check "
                "what selects them."
            )
        return parts
    check_again(given, role)
    return _read(given, role, most)


def check_again(given: Any, role: str) -> None:
    """Raises a `TypeError` if data can be read only once.

    Args:
        given: Arrays, or a container.
        role: "labeled" or "unlabeled".

    Example:

    >>> check_again(np.zeros((9, 8, 8, 1)), "unlabeled")
    """
    if read_half(given, role, None).kind == "generator":
        raise TypeError(
            f"Received: {role} data in a generator, which a search would use "
            "up. Expected data that can be read again. Pass arrays, a "
            "`tf.data.Dataset` or a `keras.utils.PyDataset`."
        )


def _read(dataset: Any, role: str, most: int) -> tuple[Array, ...]:
    images = _parts(data.peek(dataset))[0]
    single = np.ndim(images) == 3
    count = most if single else math.ceil(most / len(images))
    elements = [_parts(each) for each in data.peek(dataset, count)]
    join = np.stack if single else np.concatenate
    columns = [join(column)[:most] for column in zip(*elements, strict=True)]
    return standardize(tuple(columns), role)


def _parts(element: Any) -> tuple[Any, ...]:
    return tuple(element) if isinstance(element, tuple | list) else (element,)


def count_images(given: Any, arrays: tuple[Array, ...]) -> int:
    """How many images there are; a very large number if nobody knows.

    Args:
        given: Arrays, or a dataset.
        arrays: What `gather` has read of it.

    Example:

    >>> count_images(None, (np.zeros((9, 8, 8, 1)),))
    9
    """
    if is_tf_dataset(given):
        count = int(given.cardinality())
    elif hasattr(given, "num_batches"):
        count = given.num_batches or UNKNOWN
    else:
        return len(arrays[0])
    if count < 0:
        return UNKNOWN
    images = _parts(data.peek(given))[0]
    return count * (1 if np.ndim(images) == 3 else len(images))

"""The next elements of a dataset, for a look before training."""

import itertools
from typing import Any

import keras

from keras_ssl.data.arrays import as_numpy
from keras_ssl.data.arrays import describe
from keras_ssl.data.halves import Line
from keras_ssl.data.halves import is_tf_dataset
from keras_ssl.utils.snapshot import preserved_random_state


def peek(dataset: Any, count: int | None = None) -> Any:
    """Returns the next elements as NumPy arrays, and leaves them in place.

    What `pair` returns is read only once: training gets the same elements
    again. Another dataset is read from its beginning, so that a
    `tf.data.Dataset` which shuffles deals training the order of its next pass.

    Args:
        dataset: What `pair` returns, a `tf.data.Dataset`, a
            `keras.utils.PyDataset`, or another iterable of batches that can be
            read twice.
        count: How many elements, at least 1; None: one, not in a list.

    Returns:
        The next element, of the same structure; or, if `count` is given, the
        list of as many, or of all if there are fewer.

    Raises:
        TypeError: `dataset` is a generator, which cannot be read twice.
        ValueError: `dataset` is empty.

    Example:
    >>> from keras_ssl.data import pair
    >>> x, y, u = np.zeros((9, 8, 8, 1)), np.zeros(9), np.ones((90, 8, 8, 1))
    >>> dataset = pair((x, y), u, batch_size=2, verbose=0)
    >>> images, labels = peek(dataset)
    >>> images["unlabeled"].shape
    (6, 8, 8, 1)
    >>> len(peek(dataset, 3))
    3
    """
    if hasattr(dataset, "peek"):
        elements = dataset.peek(count or 1)
    else:
        with preserved_random_state():
            elements = _read(dataset, count or 1)
    if not elements:
        raise ValueError(
            "There is nothing to read. Received: an empty dataset. Expected "
            "one element at least. Check the filter or the path behind it."
        )
    elements = keras.tree.map_structure(as_numpy, elements)
    return elements[0] if count is None else elements


def _read(dataset: Any, count: int) -> list[Any]:
    if isinstance(dataset, keras.utils.PyDataset):
        size = dataset.num_batches
        indices = range(count if size is None else min(count, size))
        return [dataset[index] for index in indices]
    if hasattr(dataset, "__next__") or not hasattr(dataset, "__iter__"):
        raise TypeError(
            f"The first element cannot be read. Received: {describe(dataset)}. "
            "Expected a dataset that can be read twice. Pass a "
            "`tf.data.Dataset` or a `keras.utils.PyDataset`, or the result of "
            "`pair`."
        )
    if is_tf_dataset(dataset):
        from keras_ssl.data.file_caches import fill  # imports TensorFlow

        fill(dataset, Line(verbose=0))
    return list(itertools.islice(dataset, count))

"""Batches that Python code makes, read one after the other without end."""

import collections
import itertools
from collections.abc import Iterable
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from typing import Any

import keras
import numpy as np

from keras_ssl.data.arrays import as_arrays
from keras_ssl.data.arrays import standardize
from keras_ssl.data.halves import Half
from keras_ssl.data.halves import Options
from keras_ssl.data.halves import empty
from keras_ssl.utils.typing import Batch


def read_batches(half: Half, options: Options) -> Iterator[Batch]:
    """Reads batches without end.

    Args:
        half: A PyDataset, a DataLoader or a generator.
        options: Says whether and how a PyDataset's batches are shuffled.

    Returns:
        An endless iterator of `(x, y[, sample_weight])` or `(u[, hidden])`.
    """
    if half.kind == "PyDataset":
        elements = _passes(
            half.data, options.shuffle, options.seed_of(half.role)
        )
    elif half.kind == "DataLoader":
        elements = map(as_arrays, again_and_again(half.data, half.role))
    else:
        elements = _endless(half.data, half.role)
    weights = options.class_weight
    return (standardize(each, half.role, weights) for each in elements)


def again_and_again(batches: Iterable[Any], role: str) -> Iterator[Any]:
    """The batches of pass after pass.

    Args:
        batches: Can be read several times.
        role: "labeled" or "unlabeled", for the message.

    Raises:
        ValueError: A pass has no batch.

    Example:

    >>> letters = again_and_again("ab", "labeled")
    >>> next(letters), next(letters), next(letters)
    ('a', 'b', 'a')
    """
    while True:
        count = 0
        for count, batch in enumerate(batches, start=1):  # noqa: B007 - used
            yield batch
        if count == 0:
            raise ValueError(empty(role))


def count_batches(batches: Any) -> int | None:
    """How many batches one pass has, or `None` if nobody knows.

    Args:
        batches: A PyDataset, a DataLoader, a generator or another iterable.
    """
    if isinstance(batches, keras.utils.PyDataset):
        return batches.num_batches
    if hasattr(batches, "__next__"):  # its length is of the one pass it has
        return None
    try:
        return len(batches)
    except TypeError:  # an IterableDataset without a length, say
        return None


def _passes(
    dataset: keras.utils.PyDataset, shuffle: bool, seed: int
) -> Iterator[Any]:
    random = np.random.default_rng(seed)
    while True:
        dataset.on_epoch_begin()
        order: Iterable[int] = itertools.count()
        if dataset.num_batches is not None:
            order = range(dataset.num_batches)
            order = random.permutation(order) if shuffle else order
        yield from _ordered(dataset, order)
        dataset.on_epoch_end()


def _ordered(
    dataset: keras.utils.PyDataset, order: Iterable[int]
) -> Iterator[Any]:
    """Reads ahead in threads where the dataset asks for several workers."""
    workers = getattr(dataset, "workers", 1)
    if workers < 2:
        yield from (dataset[int(index)] for index in order)
        return
    ahead = max(workers, dataset.max_queue_size)
    waiting: collections.deque[Any] = collections.deque()
    with ThreadPoolExecutor(workers) as pool:
        for index in order:
            waiting.append(pool.submit(dataset.__getitem__, int(index)))
            if len(waiting) > ahead:
                yield waiting.popleft().result()
        while waiting:
            yield waiting.popleft().result()


def _endless(generator: Iterator[Any], role: str) -> Iterator[Any]:
    count = 0
    for count, element in enumerate(generator, start=1):  # noqa: B007 - used
        yield element
    if count == 0:
        raise ValueError(empty(role))
    raise ValueError(
        f"The {role} generator ended. Received: an end after batch {count}. "
        "Expected a generator that runs on without end, as it cannot be "
        "rewound. Loop inside it with `while True`, or pass arrays, a "
        "`tf.data.Dataset` or a `keras.utils.PyDataset`."
    )

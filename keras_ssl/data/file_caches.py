"""Completes the files of `dataset.cache(file)`; imports TensorFlow."""

from collections.abc import Iterator
from typing import Any

import tensorflow as tf

from keras_ssl.data.halves import Line
from keras_ssl.data.tuning import untuned

LINE = "reading data once, to complete the files of `cache(file)` ..."


def fill(dataset: Any, line: Line) -> None:
    """Writes the files of `cache(file)` in a dataset that are not complete.

    TensorFlow lets one iterator at a time write such a file, and throws away
    what did not reach the end. Training looks at batches before their turn and
    reads labeled images twice, so it needs whole files.

    Args:
        dataset: A `tf.data.Dataset`. A cache of data without end is left alone.
        line: Says that it takes a while.

    Raises:
        ValueError: Another iterator is writing a file, or was interrupted.

    Example:

    >>> import tensorflow as tf
    >>> fill(tf.data.Dataset.range(3), Line(verbose=0))
    """
    for cache, name in _files(dataset):
        endless = int(cache.cardinality()) == tf.data.INFINITE_CARDINALITY
        if not endless and not tf.io.gfile.exists(f"{name}.index"):
            line.write(LINE, end=" ")
            _write(cache, name)


def _files(dataset: Any) -> Iterator[tuple[Any, str]]:
    """The caches in a dataset that have a file, those before others first."""
    # TensorFlow has no public name for what a dataset is made of.
    for each in getattr(dataset, "_inputs", list)():
        yield from _files(each)
    if type(dataset).__name__ == "CacheDataset":
        name = tf.get_static_value(getattr(dataset, "_filename", ""))
        if name:
            yield dataset, name.decode()


def _write(cache: Any, name: str) -> None:
    try:
        untuned(cache).reduce(0, lambda count, *_: count + 1)
    except tf.errors.AlreadyExistsError:
        raise ValueError(
            f"Received: data with `cache({name!r})`, whose file is not "
            "complete and is locked. Expected that nobody else writes it. If "
            "another program or iterator does, wait for its end; else delete "
            f"the files `{name}*`, which an interrupted program has left."
        ) from None

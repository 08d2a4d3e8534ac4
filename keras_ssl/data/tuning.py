"""Reads datasets without TensorFlow's tuning thread; imports TensorFlow."""

import os
from typing import Any

import tensorflow as tf

DEFAULT_THREADS = 16  # what TensorFlow gives AUTOTUNE at most, without tuning


def untuned(dataset: Any) -> Any:
    """The dataset without tuning, where that cannot make it slower.

    The thread that tunes may oversleep the end of its dataset by a minute, and
    whoever waits for that, such as the end of a program, with it. Without it,
    `AUTOTUNE` means all cores up to 16, so that only larger machines may gain
    by tuning.

    Args:
        dataset: A `tf.data.Dataset`. If its options say whether to tune, that
            holds.

    Example:

    >>> import tensorflow as tf
    >>> dataset = untuned(tf.data.Dataset.range(3))
    >>> list(dataset.as_numpy_iterator()) == [0, 1, 2]
    True
    """
    asked = dataset.options().autotune.enabled is not None
    if asked or (os.cpu_count() or 1) > DEFAULT_THREADS:
        return dataset
    return dataset.with_options(without_tuning())


def read_ahead(dataset: Any) -> Any:
    """The dataset without tuning, the next batch being read in advance.

    Args:
        dataset: A `tf.data.Dataset`.

    Example:

    >>> import tensorflow as tf
    >>> len(read_ahead(tf.data.Dataset.range(3)))
    3
    """
    return untuned(dataset.prefetch(tf.data.AUTOTUNE))


def without_tuning() -> tf.data.Options:
    """Options of a dataset that is not tuned, nor read ahead unasked.

    Example:

    >>> without_tuning().autotune.enabled
    False
    """
    options = tf.data.Options()
    options.autotune.enabled = False
    options.experimental_optimization.inject_prefetch = False
    return options

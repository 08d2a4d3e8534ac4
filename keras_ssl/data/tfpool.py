"""Reads arrays by index, and puts labeled among unlabeled images."""

from collections.abc import Callable

import tensorflow as tf

from keras_ssl.data import elements
from keras_ssl.data.checks import check_alike
from keras_ssl.data.sides import Options
from keras_ssl.data.streams import INCLUDED
from keras_ssl.data.streams import NOT_INCLUDED
from keras_ssl.data.streams import Batch
from keras_ssl.data.streams import Stream
from keras_ssl.data.tfsource import Dataset
from keras_ssl.data.tfsource import Source
from keras_ssl.data.tfsource import shuffle
from keras_ssl.data.tfsource import to_integers
from keras_ssl.utils.typing import Tensor

Tensors = tuple[Tensor, ...]


def to_tensors(arrays: Batch) -> Tensors:
    """Moves arrays into TensorFlow, on the host."""
    with tf.device("CPU:0"):
        return tuple(map(tf.convert_to_tensor, arrays))


def gather(
    tensors: Tensors, size: int, batch_size: int, role: str, options: Options
) -> Dataset:
    """Makes endless batches from a stream of indices, never image by image.

    Args:
        tensors: The whole data, one row an image.
        size: How many images there are.
        batch_size: Images of a batch.
        role: "labeled" or "unlabeled".
        options: Say whether, and with which seed, the order is shuffled.

    Returns:
        An endless dataset of full batches.
    """

    def rows(index: Tensor) -> Tensors:
        return tuple(tf.gather(each, index) for each in tensors)

    return _batches(rows, size, batch_size, role, options)


def pool_arrays(labeled: Batch, unlabeled: Batch, options: Options) -> Stream:
    """Draws from both arrays, the unlabeled first, without joining them."""
    check_alike(labeled[0], unlabeled[0])
    images = labeled[0].astype(unlabeled[0].dtype, copy=False)
    extra = (images, elements.to_integers(labeled[1]))[: len(unlabeled)]
    first, second = to_tensors(unlabeled), to_tensors(extra)
    limit, size = len(unlabeled[0]), len(unlabeled[0]) + len(images)
    batch_size = options.unlabeled_batch_size

    def rows(index: Tensor) -> Tensors:
        own = index < limit
        places = [tf.where(own)[:, 0], tf.where(~own)[:, 0]]
        places = [tf.cast(each, "int32") for each in places]
        chosen = [index[own], index[~own] - limit]

        def join(one: Tensor, other: Tensor) -> Tensor:
            parts = [tf.gather(one, chosen[0]), tf.gather(other, chosen[1])]
            joined = tf.dynamic_stitch(places, parts)
            return tf.ensure_shape(joined, [batch_size, *one.shape[1:]])

        return tuple(map(join, first, second))

    batches = _batches(rows, size, batch_size, "unlabeled", options)
    return Stream(batches, size, batch_size, note=INCLUDED)


def pool_datasets(left: Source, right: Source, options: Options) -> Stream:
    """Mixes labeled images evenly into the unlabeled ones.

    Args:
        left: The labeled dataset, of known size.
        right: The unlabeled dataset; if its size is not known, the labeled
            images stay out.
        options: Say how the images are shuffled and batched.

    Returns:
        Full batches, as large as those of `right` where it has batches.
    """
    size = options.unlabeled_batch_size
    if left.count is None or right.count is None:
        return right.stream(size, "unlabeled", options, NOT_INCLUDED)
    check_alike(left.images().element_spec[0], right.images().element_spec[0])
    dtype = right.dataset.element_spec[0].dtype
    parts = len(right.dataset.element_spec)
    extra = left.images().map(
        lambda x, y, *_: (tf.cast(x, dtype), to_integers(y, False))[:parts]
    )
    counts = [right.size(), left.size()]
    images = _mix([right.images(), extra], counts, options)
    size = right.first_batch_size() or size
    batches = images.repeat().batch(size, drop_remainder=True)
    return Stream(batches, sum(counts), size, note=INCLUDED)


def _mix(parts: list[Dataset], counts: list[int], options: Options) -> Dataset:
    if not options.shuffle:
        return parts[0].concatenate(parts[1])
    seeds = [options.seed_of("unlabeled"), options.seed_of("labeled")]
    total = sum(counts)
    turns = tf.data.Dataset.range(total).shuffle(total, seed=seeds[0])
    turns = turns.map(lambda index: tf.cast(index >= counts[0], "int64"))
    return tf.data.Dataset.choose_from_datasets(
        list(map(shuffle, parts, counts, seeds)),
        turns,
        stop_on_empty_dataset=False,
    )


def _batches(
    rows: Callable[[Tensor], Tensors],
    size: int,
    batch_size: int,
    role: str,
    options: Options,
) -> Dataset:
    order = tf.data.Dataset.range(size)
    if options.shuffle:
        order = order.shuffle(size, seed=options.seed_of(role))
    order = order.repeat().batch(batch_size, drop_remainder=True)

    def read(index: Tensor) -> Tensors:
        if options.has_index(role):
            return (*rows(index), tf.cast(index, "int32"))
        return rows(index)

    batches = order.map(read, num_parallel_calls=tf.data.AUTOTUNE)
    return batches.with_options(untuned())


def untuned() -> tf.data.Options:
    """Options of a dataset that has nothing to tune.

    The thread that tunes may oversleep the end of its dataset by a minute, and
    whoever waits for that, such as the end of a program, with it.

    Example:

    >>> untuned().autotune.enabled
    False
    """
    options = tf.data.Options()
    options.autotune.enabled = False
    return options

"""Pairs the two halves as one `tf.data.Dataset`; imports TensorFlow."""

from collections.abc import Iterator
from typing import Any

import tensorflow as tf

from keras_ssl.data.ahead import Ahead
from keras_ssl.data.batches import read_batches
from keras_ssl.data.sides import Options
from keras_ssl.data.sides import Side
from keras_ssl.data.sides import empty
from keras_ssl.data.streams import NOT_INCLUDED
from keras_ssl.data.streams import NOT_INDEXED
from keras_ssl.data.streams import Stream
from keras_ssl.data.streams import count_steps
from keras_ssl.data.streams import to_element
from keras_ssl.data.tfpool import gather
from keras_ssl.data.tfpool import pool_arrays
from keras_ssl.data.tfpool import pool_datasets
from keras_ssl.data.tfpool import to_tensors
from keras_ssl.data.tfpool import untuned
from keras_ssl.data.tfsource import Dataset
from keras_ssl.data.tfsource import read_source
from keras_ssl.utils.typing import Tensor


def build(
    labeled: Side, unlabeled: Side, options: Options
) -> tuple[Dataset, Stream, Stream]:
    """Builds the dataset out of any two containers.

    Args:
        labeled: The labeled half.
        unlabeled: The unlabeled half.
        options: How they are read.

    Returns:
        The dataset, and the labeled and unlabeled streams that it reads.
    """
    left = _stream(labeled, options.batch_size, options)
    right = _pool(labeled, unlabeled, options)
    steps = count_steps(right, options.steps)
    epoch = _epochs(left.batches, right.batches, steps, options.index)
    return epoch, left, right


class Reader:
    """Joins a labeled and an unlabeled stream, batch by batch.

    Attributes:
        paused: While true, the last unlabeled batch is given again, at no cost:
            a supervised step does not look at it.
    """

    def __init__(
        self, labeled: Dataset, unlabeled: Dataset, index: tuple[str, ...]
    ) -> None:
        self.paused = False
        self._index = index
        self._labeled, self._unlabeled = (
            Ahead(stream.prefetch(tf.data.AUTOTUNE).as_numpy_iterator())
            for stream in (labeled, unlabeled)
        )
        self._standing: Any = None

    def __iter__(self) -> Iterator[Any]:
        return self

    def __next__(self) -> Any:
        labeled = next(self._labeled)
        if self._standing is None or not self.paused:
            self._standing = next(self._unlabeled)
        return to_element(labeled, self._standing, self._index)

    def peek(self, count: int) -> list[Any]:
        """The next elements, as they come if `paused` stays as it is."""
        labeled = self._labeled.peek(count)
        unlabeled = self._peek_unlabeled(count)
        return [
            to_element(*pair, self._index)
            for pair in zip(labeled, unlabeled, strict=False)
        ]

    def _peek_unlabeled(self, count: int) -> list[Any]:
        if not self.paused:
            return self._unlabeled.peek(count)
        if self._standing is not None:
            return [self._standing] * count
        return self._unlabeled.peek(1) * count


def _epochs(
    labeled: Dataset, unlabeled: Dataset, steps: int, index: tuple[str, ...]
) -> Dataset:
    """Cuts endless streams into epochs; each goes on where one ended."""
    reader = Reader(labeled, unlabeled, index)
    first = reader.peek(1)
    if not first:
        raise ValueError(empty("labeled or unlabeled"))
    both = tf.data.Dataset.zip(labeled, unlabeled).map(
        lambda left, right: to_element(left, right, index)
    )
    epoch = _pull(reader, both.element_spec, steps)
    epoch.first_element = first[0]
    epoch.ahead = reader.peek
    epoch.reader = reader
    return epoch


def _pull(elements: Iterator[Any], spec: Any, count: int) -> Dataset:
    """Reads through Python, where no cancelled step can break the stream.

    Nothing is copied on the way, and nothing is read before it is asked for.
    """
    parts = tf.nest.flatten(spec)
    types = [part.dtype for part in parts]

    @tf.autograph.experimental.do_not_convert
    def read(_: Tensor) -> Any:
        tensors = tf.numpy_function(
            lambda: tf.nest.flatten(next(elements)), [], types
        )
        shaped = map(tf.ensure_shape, tensors, [part.shape for part in parts])
        return tf.nest.pack_sequence_as(spec, list(shaped))

    options = untuned()
    options.experimental_optimization.inject_prefetch = False
    return tf.data.Dataset.range(count).map(read).with_options(options)


def _pool(labeled: Side, unlabeled: Side, options: Options) -> Stream:
    """Returns the unlabeled stream, with the labeled images where asked."""
    size = options.unlabeled_batch_size
    if not options.include_labeled:
        return _stream(unlabeled, size, options)
    kinds = {labeled.kind, unlabeled.kind}
    if kinds == {"arrays"}:
        return pool_arrays(labeled.data, unlabeled.data, options)
    if options.has_index("unlabeled"):
        return _stream(unlabeled, size, options, NOT_INDEXED)
    left = None
    if kinds <= {"arrays", "tf.data"}:
        left = read_source(labeled, options)
    if left is not None and left.count is not None:
        right = read_source(unlabeled, options)
        return pool_datasets(left, right, options)
    return _stream(unlabeled, size, options, NOT_INCLUDED)


def _stream(
    side: Side, batch_size: int, options: Options, note: str = ""
) -> Stream:
    if side.kind == "arrays":
        count = len(side.data[0])
        tensors = to_tensors(side.data)
        batches = gather(tensors, count, batch_size, side.role, options)
        return Stream(batches, count, batch_size, note=note)
    if side.kind == "tf.data":
        source = read_source(side, options)
        return source.stream(batch_size, side.role, options, note)
    first, batches = read_batches(side, options)
    spec = tuple(
        tf.TensorSpec((None, *array.shape[1:]), array.dtype) for array in first
    )
    dataset = _pull(batches, spec, tf.int64.max)
    size = side.data.num_batches if side.kind == "PyDataset" else None
    return Stream(dataset, size, note=note)

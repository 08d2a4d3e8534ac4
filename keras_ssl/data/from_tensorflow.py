"""Reads the `tf.data.Dataset` that a user passed; imports TensorFlow."""

import dataclasses
import math
import weakref
from collections.abc import Iterator
from typing import Any
from typing import TypeAlias

import tensorflow as tf

from keras_ssl.data import file_caches
from keras_ssl.data.arrays import SIZES
from keras_ssl.data.arrays import check_form
from keras_ssl.data.arrays import check_type
from keras_ssl.data.arrays import check_weights
from keras_ssl.data.arrays import to_float32
from keras_ssl.data.arrays import weight_table
from keras_ssl.data.checks import check_alike
from keras_ssl.data.epochs import INCLUDED
from keras_ssl.data.epochs import NOT_INCLUDED
from keras_ssl.data.epochs import Stream
from keras_ssl.data.halves import Half
from keras_ssl.data.halves import Options
from keras_ssl.data.halves import empty
from keras_ssl.data.reader import IteratorSource
from keras_ssl.data.tuning import read_ahead
from keras_ssl.data.tuning import untuned
from keras_ssl.utils.typing import Array
from keras_ssl.utils.typing import Tensor

BUFFER_BYTES = 2**29
TOGETHER = 64  # rows of arrays that are read at once
Dataset: TypeAlias = Any


@dataclasses.dataclass(frozen=True)
class Source:
    """One pass over a dataset whose elements are tuples of tensors.

    Args:
        dataset: The elements, `(x, y[, sample_weight])` or `(u[, hidden])`.
        batched: Whether an element is a batch.
        count: How many elements there are; None: unknown or without end.
        arrays: What the elements are rows of, if they are.
    """

    dataset: Dataset
    batched: bool
    count: int | None
    arrays: tuple[Array, ...] = ()

    def stream(
        self, batch_size: int, role: str, options: Options, note: str = ""
    ) -> Stream:
        """Repeats the dataset; single images are shuffled and batched."""
        if self.batched:
            return _stream(self.dataset.repeat(), self.count, note=note)
        images = self.dataset
        if options.shuffle:
            images = shuffle(images, self.count, options.seed_of(role))
        return _full_batches(images, self.count, batch_size, note)

    def first_batch_size(self) -> int | None:
        """Returns how many images the first element holds, None for one."""
        if not self.batched:
            return None
        size = self.dataset.element_spec[0].shape[0]
        return size or len(next(iter(self.dataset.take(1)))[0])

    def size(self) -> int:
        """Returns how many images there are, taking all batches as full."""
        return (self.count or 0) * (self.first_batch_size() or 1)

    def images(self, seed: int | None = None) -> Dataset:
        """Returns the dataset with one image an element.

        Args:
            seed: Of an order of each pass; None: as they are.
        """
        images = self.dataset.unbatch() if self.batched else self.dataset
        if seed is None:
            return images
        buffer = _buffer_size(images, self.size())
        if not self.arrays:
            return images.shuffle(buffer, seed=seed)
        order = tf.data.Dataset.range(self.size()).shuffle(buffer, seed=seed)
        return _rows(self.arrays, order)


def stream(
    half: Half, batch_size: int, options: Options, note: str = ""
) -> Stream:
    """The batches of a `tf.data.Dataset`, without end.

    Args:
        half: Of the kind "tf.data".
        batch_size: Of datasets of single images.
        options: How they are read.
        note: A sentence that the user should read about the stream.

    Returns:
        Batches of NumPy arrays.
    """
    source = read_source(half, options)
    return source.stream(batch_size, half.role, options, note)


def pool(labeled: Half, unlabeled: Half, options: Options) -> Stream:
    """Mixes labeled images evenly into the unlabeled ones.

    Args:
        labeled: Arrays or a dataset.
        unlabeled: Arrays or a dataset. If the size of either is not known, the
            labeled images stay out.
        options: How the images are shuffled and batched.

    Returns:
        Full batches, as large as those of `unlabeled` where it has batches.
    """
    size = options.unlabeled_batch_size
    left = read_source(labeled, options)
    right = read_source(unlabeled, options)
    if left.count is None or right.count is None:
        return right.stream(size, "unlabeled", options, NOT_INCLUDED)
    check_alike(left.images().element_spec[0], right.images().element_spec[0])
    dtype = right.dataset.element_spec[0].dtype
    parts = len(right.dataset.element_spec)
    seeds = [
        options.seed_of(role) if options.shuffle else None
        for role in ("unlabeled", "labeled")
    ]
    extra = left.images(seeds[1]).map(
        lambda x, y, *_: (tf.cast(x, dtype), to_integers(y, False))[:parts]
    )
    counts = [right.size(), left.size()]
    images = _mix([right.images(seeds[0]), extra], counts, seeds[0])
    size = right.first_batch_size() or size
    stream = _full_batches(images, sum(counts), size, INCLUDED)
    known = not (left.batched or right.batched)  # the last may be smaller
    return stream if known else dataclasses.replace(stream, images=None)


def _mix(parts: list[Dataset], counts: list[int], seed: int | None) -> Dataset:
    if seed is None:
        return parts[0].concatenate(parts[1])
    total = sum(counts)
    turns = tf.data.Dataset.range(total).shuffle(total, seed=seed)
    turns = turns.map(lambda index: tf.cast(index >= counts[0], "int64"))
    return tf.data.Dataset.choose_from_datasets(
        parts, turns, stop_on_empty_dataset=False
    )


def _full_batches(
    images: Dataset, count: int | None, batch_size: int, note: str
) -> Stream:
    batches = images.repeat().batch(batch_size, drop_remainder=True)
    length = None if count is None else count / batch_size
    return _stream(batches, length, count, note=note)


def _stream(
    batches: Dataset,
    length: float | None,
    images: int | None = None,
    note: str = "",
) -> Stream:
    shapes = tuple(tuple(spec.shape.as_list()) for spec in batches.element_spec)
    ahead = read_ahead(batches).as_numpy_iterator()
    return Stream(
        IteratorSource(_in_words(ahead)), length, images, shapes, note
    )


def _in_words(batches: Iterator[Any]) -> Iterator[Any]:
    """Says in words that single images cannot make a batch."""
    try:
        yield from batches
    except tf.errors.InvalidArgumentError as error:
        if "batch" not in str(error) or "shape" not in str(error):
            raise
        raise ValueError(f"Received: a `tf.data.Dataset`. {SIZES}") from None


def read_source(half: Half, options: Options) -> Source:
    """Reads arrays or a dataset, image by image or batch by batch.

    Args:
        half: Of the kind "arrays" or "tf.data".
        options: Hold the class weights; and `steps`, without which unlabeled
            data of unknown size are counted.

    Returns:
        The elements as tuples.

    Raises:
        TypeError: The elements have another form.
        ValueError: The dataset is empty, or its elements are no images.
    """
    if half.kind == "arrays":
        count = len(half.data[0])
        dataset = _rows(half.data, tf.data.Dataset.range(count))
        return Source(dataset, batched=False, count=count, arrays=half.data)
    file_caches.fill(half.data, options.line)
    spec = half.data.element_spec
    check_form(spec if isinstance(spec, tuple) else (spec,), half.role, spec)
    if isinstance(spec, tuple) and len(spec) > 1:
        check_type(spec[1])
    dataset = _with_ranks(half.data.map(lambda *parts: parts), half.role)
    batched = _is_batched(dataset.element_spec[0], half.role)
    dataset = dataset.map(lambda *parts: tuple(map(_to_float32, parts)))
    if half.role == "unlabeled":
        dataset = dataset.map(
            lambda u, *y: (u, *(to_integers(each, batched) for each in y))
        )
    elif options.class_weight is not None:
        check_weights(len(dataset.element_spec))
        weight = _weigh(options.class_weight, batched)
        dataset = dataset.map(lambda x, y: (x, y, weight(y)))
    return Source(dataset, batched, _count(half, options))


def shuffle(images: Dataset, count: int | None, seed: int) -> Dataset:
    """Shuffles single images, as well as a bounded memory allows.

    Args:
        images: A dataset whose elements begin with an image.
        count: How many there are; None: unknown or without end.
        seed: Of the order; each pass has an order of its own.

    Returns:
        The shuffled dataset.
    """
    return images.shuffle(_buffer_size(images, count), seed=seed)


def _buffer_size(images: Dataset, count: int | None) -> int:
    spec = images.element_spec[0]
    size = math.prod(side or 256 for side in spec.shape) * spec.dtype.size
    return min(count or 10_000, max(BUFFER_BYTES // max(size, 1), 1))


def _rows(arrays: tuple[Array, ...], order: Dataset) -> Dataset:
    """The rows of arrays, which are not copied, some at a time.

    TensorFlow never frees the function that reads, so it holds weak references:
    somebody else must keep the arrays.
    """
    few = [to_float32(array[:1]) for array in arrays]
    kept = list(map(weakref.ref, arrays))

    def read(index: Array) -> list[Array]:
        found: list[Any] = [array() for array in kept]
        return [to_float32(array[index]) for array in found]

    @tf.autograph.experimental.do_not_convert
    def gather(index: Tensor) -> tuple[Tensor, ...]:
        rows = tf.numpy_function(read, [index], [part.dtype for part in few])
        shapes = [(None, *part.shape[1:]) for part in few]
        return tuple(map(tf.ensure_shape, rows, shapes))

    count = int(order.cardinality())
    rows = order.batch(TOGETHER).map(gather).unbatch()
    return rows.apply(tf.data.experimental.assert_cardinality(count))


def to_integers(y: Tensor, batched: bool) -> Tensor:
    """Turns integer or one-hot labels into int32 without a last axis."""
    rank = 1 if batched else 0
    if y.shape.rank > rank and y.shape[-1] != 1:
        y = tf.argmax(y, axis=-1)
    return tf.cast(tf.reshape(y, [-1] * rank), "int32")


def _with_ranks(dataset: Dataset, role: str) -> Dataset:
    """Gives a shape to tensors of unknown rank, read off the first element."""
    if all(spec.shape.rank is not None for spec in dataset.element_spec):
        return dataset
    first = next(iter(dataset.take(1)), None)
    if first is None:
        raise ValueError(empty(role))
    shapes = [[None] * tensor.shape.rank for tensor in first]
    shapes[0][-1] = first[0].shape[-1]
    return dataset.map(
        lambda *parts: tuple(map(tf.ensure_shape, parts, shapes))
    )


def _is_batched(spec: Any, role: str) -> bool:
    if spec.shape.rank not in (3, 4):
        raise ValueError(
            f"The {role} dataset does not hold images. Received: elements of "
            f"shape {spec.shape}. Expected (height, width, channels), or "
            "(batch, height, width, channels). Add the channel axis with "
            "`x[..., None]` inside `dataset.map`."
        )
    return spec.shape.rank == 4


def _to_float32(tensor: Tensor) -> Tensor:
    return tf.cast(tensor, "float32") if tensor.dtype == "float64" else tensor


def _weigh(class_weight: Any, batched: bool) -> Any:
    table = weight_table(class_weight)

    def weigh(y: Tensor) -> Tensor:
        label = to_integers(y, batched)
        inside = tf.minimum(label, len(table) - 1)
        return tf.where(label < len(table), tf.gather(table, inside), 1.0)

    return weigh


def _count(half: Half, options: Options) -> int | None:
    count = int(half.data.cardinality())
    unknown = count == tf.data.UNKNOWN_CARDINALITY
    if unknown and half.role == "unlabeled" and options.steps is None:
        options.line.write(
            "counting the unlabeled dataset, whose size is unknown, by one "
            "pass (`steps_per_epoch` saves this) ...",
            end=" ",
        )
        count = int(untuned(half.data).reduce(0, lambda total, *_: total + 1))
    if count == 0:
        raise ValueError(empty(half.role))
    return count if count > 0 else None

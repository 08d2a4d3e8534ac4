"""One pass over data in any container, batch by batch, in bounded memory."""

import dataclasses
import itertools
from collections.abc import Iterable
from collections.abc import Iterator
from typing import Any

import numpy as np

from keras_ssl.data.arrays import as_arrays
from keras_ssl.data.arrays import standardize
from keras_ssl.data.arrays import to_float32
from keras_ssl.data.checks import check_images
from keras_ssl.data.halves import Half
from keras_ssl.data.halves import read_half
from keras_ssl.inspection.splits import form
from keras_ssl.inspection.splits import speaking_of
from keras_ssl.utils.typing import Array

BATCH_BYTES = 2**24
TOGETHER = 256  # single images that are looked at as one batch
ANY_RANGE = (-np.inf, np.inf)


@dataclasses.dataclass(frozen=True)
class ImageBatch:
    """Some images of a pass.

    Args:
        images: Of shape (n, height, width, channels).
        labels: Their labels, or None.
        index: Which image of the data each is: the row of an array, else its
            place in the pass.
    """

    images: Array
    labels: Array | None
    index: Array


class Reader:
    """Reads images, and labels where there are some, once.

    Args:
        data: Arrays, a `tf.data.Dataset`, a `keras.utils.PyDataset`, a
            `torch.utils.data.DataLoader`, or a function that returns an
            iterable: of batches or single images, alone or with labels.
            `(function, signature)` does too.
        role: One of `ROLES`.
        max_images: After so many the pass ends. Of larger arrays, rows at even
            distances are taken; of others, the first images.

    Attributes:
        complete: After the pass, whether it saw all images.

    Raises:
        TypeError: The data cannot be read, or only once.
        ValueError: They are no images, or hold NaN.

    Example:
    >>> batches = Reader(lambda: iter(np.zeros((5, 8, 8, 1))), "unlabeled", 3)
    >>> [batch.images.shape for batch in batches], batches.complete
    ([(3, 8, 8, 1)], False)
    """

    def __init__(self, data: Any, role: str, max_images: int) -> None:
        self.role = role
        self.max_images = max_images
        self.complete = True
        function = data[0] if isinstance(data, tuple) and data else data
        is_function = callable(function) and not hasattr(function, "shape")
        self._function: Any = function if is_function else None
        if not is_function:
            with speaking_of(role, instead_of=form(role)):
                self._half = read_half(data, form(role), None)
            _check_repeatable(self._half, role)

    def __iter__(self) -> Iterator[ImageBatch]:
        left = self.max_images
        for batch in self._read():
            if not left:
                self.complete = False
                return
            cut = _cut(batch, left)
            self.complete = self.complete and len(cut.index) == len(batch.index)
            left -= len(cut.index)
            with speaking_of(self.role, instead_of="labeled"):
                check_images(cut.images, value_range=ANY_RANGE)
            yield cut

    def _read(self) -> Iterator[ImageBatch]:
        if self._function is None and self._half.kind == "arrays":
            arrays = self._half.data
            count = len(arrays[0])
            self.complete = count <= self.max_images
            kept = min(count, self.max_images)
            rows = np.linspace(0, count - 1, kept).round().astype(int)
            return _slices(arrays, rows)
        return _count_up(_batches(self._elements(), self.role))

    def _elements(self) -> Iterable[Any]:
        if self._function is not None:
            return self._function()
        data = self._half.data
        if self._half.kind == "DataLoader":
            return map(as_arrays, data)
        if self._half.kind == "tf.data":
            from keras_ssl.data.tuning import untuned  # imports TensorFlow

            return untuned(data).as_numpy_iterator()
        size = data.num_batches
        order = itertools.count() if size is None else range(size)
        return (data[index] for index in order)


def _check_repeatable(half: Half, role: str) -> None:
    if half.kind == "generator":
        raise TypeError(
            f"The {role} data can be read only once. Received: a generator, "
            "which would be used up by looking at it. Expected data that can "
            "be read again. Pass the function that makes the generator, "
            "without calling it; or arrays, a `tf.data.Dataset` or a "
            "`keras.utils.PyDataset`."
        )


def _slices(arrays: tuple[Array, ...], rows: Array) -> Iterator[ImageBatch]:
    size = max(BATCH_BYTES // max(arrays[0][:1].nbytes, 1), 1)
    for begin in range(0, len(rows), size):
        index = rows[begin : begin + size]
        yield _to_batch([to_float32(array[index]) for array in arrays], index)


def _batches(elements: Iterable[Any], role: str) -> Iterator[list[Array]]:
    """Standardises elements; joins single images of one shape to batches."""
    single: list[list[Array]] = []
    for element in elements:
        parts = _standardize(element, role)
        if parts[0].ndim != 3:
            yield parts
            continue
        full = len(single) == TOGETHER
        if single and (full or single[0][0].shape != parts[0].shape):
            yield _stack(single)
            single = []
        single.append(parts)
    if single:
        yield _stack(single)


def _standardize(element: Any, role: str) -> list[Array]:
    with_labels = isinstance(element, (tuple, list)) and len(element) == 2
    kind = "labeled" if with_labels else form(role)
    with speaking_of(role, instead_of=kind):
        return list(standardize(element, kind))


def _stack(single: list[list[Array]]) -> list[Array]:
    return [np.stack(column) for column in zip(*single, strict=True)]


def _count_up(batches: Iterator[list[Array]]) -> Iterator[ImageBatch]:
    seen = 0
    for parts in batches:
        index = np.arange(seen, seen + len(parts[0]))
        seen += len(index)
        yield _to_batch(parts, index)


def _to_batch(parts: list[Array], index: Array) -> ImageBatch:
    return ImageBatch(parts[0], parts[1] if len(parts) > 1 else None, index)


def _cut(batch: ImageBatch, size: int) -> ImageBatch:
    labels = None if batch.labels is None else batch.labels[:size]
    return ImageBatch(batch.images[:size], labels, batch.index[:size])

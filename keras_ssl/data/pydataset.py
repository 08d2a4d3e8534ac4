"""Pairs the two halves with NumPy alone, for backends beside TensorFlow."""

from collections.abc import Callable
from collections.abc import Iterator
from typing import Any

import keras
import numpy as np

from keras_ssl.data.ahead import Ahead
from keras_ssl.data.batches import read_batches
from keras_ssl.data.checks import check_alike
from keras_ssl.data.elements import to_integers
from keras_ssl.data.order import Order
from keras_ssl.data.sides import Options
from keras_ssl.data.sides import Side
from keras_ssl.data.streams import INCLUDED
from keras_ssl.data.streams import NOT_INCLUDED
from keras_ssl.data.streams import Batch
from keras_ssl.data.streams import Stream
from keras_ssl.data.streams import count_steps
from keras_ssl.data.streams import to_element
from keras_ssl.utils.typing import Array


class PairedDataset(keras.utils.PyDataset):
    """Joins a labeled and an unlabeled stream into elements for `fit`.

    Args:
        labeled: Its `batches` go from a step, counted over all epochs, to a
            labeled batch; their `peek` does so for a step still to come.
        unlabeled: The same for unlabeled batches.
        steps: Steps of an epoch.
        index: Which of "index" and "labeled_index" the batches end with.
    """

    def __init__(
        self,
        labeled: Stream,
        unlabeled: Stream,
        steps: int,
        index: tuple[str, ...] = (),
    ) -> None:
        super().__init__()
        self.epoch = 0
        self.first_element = to_element(labeled.first, unlabeled.first, index)
        self._index = index
        self._labeled = labeled.batches
        self._unlabeled = unlabeled.batches
        self._steps = steps

    def __len__(self) -> int:
        return self._steps

    def __getitem__(self, index: int) -> Any:
        step = self.epoch * self._steps + index
        batches = self._labeled(step), self._unlabeled(step)
        return to_element(*batches, self._index)

    def ahead(self, count: int) -> list[Any]:
        """The first elements of this epoch, which stay in place."""
        begin = self.epoch * self._steps
        elements = []
        for place in range(count):
            labeled = self._labeled.peek(begin + place, place)
            unlabeled = self._unlabeled.peek(begin + place, place)
            if labeled is None or unlabeled is None:
                break
            elements.append(to_element(labeled, unlabeled, self._index))
        return elements

    def on_epoch_end(self) -> None:
        """Moves on, so that the next epoch has another order."""
        self.epoch += 1


class _Indexed:
    """Reads the batch of any step."""

    def __init__(
        self, gather: Callable[[Array], Batch], order: Order, append: bool
    ) -> None:
        self._gather = gather
        self._order = order
        self._append = append

    def __call__(self, step: int) -> Batch:
        index = self._order(step)
        last = (index.astype("int32"),) if self._append else ()
        return self._gather(index) + last

    def peek(self, step: int, place: int) -> Batch:
        """The batch of a step."""
        return self(step)


class _Streamed:
    """Reads one batch after the other, whatever the step."""

    def __init__(self, batches: Iterator[Batch]) -> None:
        self._batches = Ahead(batches)

    def __call__(self, step: int) -> Batch:
        return next(self._batches)

    def peek(self, step: int, place: int) -> Batch | None:
        """The batch that comes after `place` others; `None` after the end."""
        batches = self._batches.peek(place + 1)
        return batches[place] if place < len(batches) else None


def build(
    labeled: Side, unlabeled: Side, options: Options
) -> tuple[PairedDataset, Stream, Stream]:
    """Builds the dataset out of arrays, PyDatasets and generators.

    Args:
        labeled: The labeled half.
        unlabeled: The unlabeled half.
        options: How they are read.

    Returns:
        The dataset, and the labeled and unlabeled streams that it reads.
    """
    if options.include_labeled and labeled.kind == unlabeled.kind == "arrays":
        right = _pool(labeled.data, unlabeled.data, options)
    else:
        note = NOT_INCLUDED if options.include_labeled else ""
        right = _stream(unlabeled, options.unlabeled_batch_size, options, note)
    steps = count_steps(right, options.steps)
    left = _stream(labeled, options.batch_size, options)
    return PairedDataset(left, right, steps, options.index), left, right


def _stream(
    side: Side, batch_size: int, options: Options, note: str = ""
) -> Stream:
    if side.kind == "arrays":
        data = side.data
        order = Order(
            len(data[0]),
            batch_size,
            shuffle=options.shuffle,
            seed=options.seed_of(side.role),
        )
        index = options.has_index(side.role)
        return _indexed(lambda i: tuple(a[i] for a in data), order, index, note)
    first, batches = read_batches(side, options)
    size = side.data.num_batches if side.kind == "PyDataset" else None
    return Stream(_Streamed(batches), size, first=first, note=note)


def _indexed(
    gather: Callable[[Array], Batch], order: Order, append: bool, note: str
) -> Stream:
    read = _Indexed(gather, order, append)
    return Stream(read, order.size, order.batch_size, read(0), note)


def _pool(labeled: Batch, unlabeled: Batch, options: Options) -> Stream:
    """Draws from both arrays, the unlabeled first, without a copy of either."""
    check_alike(labeled[0], unlabeled[0])
    extra = (labeled[0], to_integers(labeled[1]))[: len(unlabeled)]
    size = len(unlabeled[0])

    def gather(index: Array) -> Batch:
        own = index < size
        rows = [
            np.empty((len(index), *a.shape[1:]), a.dtype) for a in unlabeled
        ]
        for row, first, second in zip(rows, unlabeled, extra, strict=True):
            row[own] = first[index[own]]
            row[~own] = second[index[~own] - size]
        return tuple(rows)

    order = Order(
        size + len(extra[0]),
        options.unlabeled_batch_size,
        shuffle=options.shuffle,
        seed=options.seed_of("unlabeled"),
    )
    return _indexed(gather, order, options.has_index("unlabeled"), INCLUDED)

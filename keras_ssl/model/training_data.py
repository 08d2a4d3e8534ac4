"""What `fit` trains on: batches, which can be looked at before their turn."""

import contextlib
import itertools
from collections.abc import Iterator
from typing import Any

import keras
import numpy as np

from keras_ssl import data
from keras_ssl.data.arrays import as_numpy
from keras_ssl.data.batch_check import BatchCheck
from keras_ssl.data.batch_check import check_size
from keras_ssl.data.element import HALVES
from keras_ssl.data.element import PARTS
from keras_ssl.data.element import is_paired
from keras_ssl.data.element import pack
from keras_ssl.data.element import unpack
from keras_ssl.data.halves import is_tf_dataset
from keras_ssl.data.reader import PairedDataset
from keras_ssl.utils.console import say

Arguments = dict[str, Any]
AHEAD = 16  # batches of a generator that are kept, to look at more than once


class TrainingData:
    """The batches of `fit`, which can be looked at before their turn.

    Args:
        batches: A dataset of elements, for Keras to read.
        source: The same elements, for everybody else to read; the batches if
            they can be read twice.

    Attributes:
        batches: What Keras reads.
        sizes: How many images the halves that have an index hold.
        num_labeled: How many labeled images there are; None if nobody knows.
        check_batch: Up to 256 validation images with labels and weights, else
            the first labeled ones: `(x, y, sample_weight)`.
        paused: While true, no unlabeled image is read, and a batch of them is
            given again: for arrays and what `pair` reads, on every backend.
            Batches that a user zipped come as they are.
    """

    num_labeled: int | None = None

    def __init__(self, batches: Any, source: Any = None) -> None:
        self.batches = batches
        self.source = batches if source is None else source
        self.sizes: dict[str, int] = {}
        self.check_batch: Any = None
        self.paused = False

    def __len__(self) -> int:
        return len(self.batches)

    @contextlib.contextmanager
    def reading(self, *, unlabeled: bool) -> Iterator[None]:
        """Reads unlabeled images, or pauses them, for as long as it is open."""
        before, self.paused = self.paused, not unlabeled
        try:
            yield
        finally:
            self.paused = before

    def __iter__(self) -> Iterator[Any]:
        """The elements of one epoch."""
        if isinstance(self.source, keras.utils.PyDataset):
            return map(self.source.__getitem__, range(len(self.source)))
        return iter(self.source)

    def endless(self) -> Iterator[Any]:
        """Elements for as long as there are any new ones."""
        return iter(self)

    def announce(self, verbose: int) -> None:
        """Says what an epoch holds, where that is known."""

    def peek(self, count: int = 1) -> list[Any]:
        """The next elements as arrays, which stay in place.

        Args:
            count: How many; there may be fewer.
        """
        return data.peek(self.source, count)

    def whole(self) -> Any:
        """An element of arrays as a whole, and of the first batch else."""
        return self.peek()[0]

    def check_sizes(self, replicas: int) -> None:
        """Raises `ValueError` if a replica would get no image of a batch."""
        inputs = unpack(self.peek()[0])[0]
        halves = inputs if is_paired(inputs) else {"labeled": inputs}
        for role in HALVES:
            if role in halves:
                check_size(len(halves[role]), role, replicas, first=True)


class PairedData(TrainingData):
    """Labeled and unlabeled data that `keras_ssl.data.pair` joined.

    Args:
        paired: What it returned.
        check: Checks each batch of halves that are no arrays.
        tells: Whether it is for us to say what an epoch holds.
    """

    def __init__(
        self,
        paired: PairedDataset,
        check: BatchCheck | None = None,
        *,
        tells: bool = False,
    ) -> None:
        self.paired = paired
        self.told = "" if tells else None
        super().__init__(_for_keras(paired), paired)
        if check is not None:
            paired.check = check
        self.sizes = paired.sizes
        self.num_labeled = paired.num_labeled

    @property
    def paused(self) -> bool:
        """Whether no unlabeled image is read."""
        return self.paired.paused

    @paused.setter
    def paused(self, paused: bool) -> None:
        self.paired.paused = paused

    def announce(self, verbose: int) -> None:
        """Says what an epoch holds, when that is new."""
        if self.told is not None and self.told != self.paired.describe():
            self.told = self.paired.describe()
            say(f"keras_ssl: {self.told}", verbose)

    def endless(self) -> Iterator[Any]:
        """The elements of this epoch and of all that follow."""
        return self.paired.endless()

    def whole(self) -> Any:
        """The halves that are arrays as a whole, and the first batch else."""
        inputs, *rest = self.peek()[0]
        arrays = self.paired.arrays
        if "labeled" in arrays:
            x, *rest = arrays["labeled"]
            inputs = {**inputs, "labeled": x}
        if "unlabeled" in arrays:
            inputs = {**inputs, "unlabeled": arrays["unlabeled"][0]}
        return (inputs, *rest)


class GeneratedData(TrainingData):
    """A generator of zipped batches, of which some are read ahead.

    Args:
        generator: An iterator of batches.
        check: Checks each batch as it is read.
    """

    def __init__(self, generator: Iterator[Any], check: BatchCheck) -> None:
        elements = (pack(tuple(batch)) for batch in generator)
        ahead = list(itertools.islice(elements, AHEAD))
        super().__init__(
            _checked(itertools.chain(ahead, elements), check), ahead
        )


class LabeledArrays(TrainingData):
    """The labeled arrays of `fit`, which Keras reads by itself.

    Args:
        arguments: The arguments of `fit`.
    """

    def __init__(self, arguments: Arguments) -> None:
        super().__init__(arguments["x"])
        given = (arguments.get(name) for name in PARTS)
        self.arrays = tuple(as_numpy(a) for a in given if a is not None)
        self.batch_size = arguments.get("batch_size") or 32
        self.num_labeled = len(self.arrays[0])
        self.sizes = {"labeled": self.num_labeled}
        self.order = np.random.permutation(self.num_labeled)

    def __len__(self) -> int:
        return -(-len(self.order) // self.batch_size)

    def __iter__(self) -> Iterator[Any]:
        for begin in range(0, len(self.order), self.batch_size):
            chosen = self.order[begin : begin + self.batch_size]
            yield tuple(array[chosen] for array in self.arrays)

    def peek(self, count: int = 1) -> list[Any]:
        """The first batches."""
        return list(itertools.islice(self, count))

    def whole(self) -> Any:
        """All images, labels and weights."""
        return self.arrays

    def check_sizes(self, replicas: int) -> None:
        """Raises `ValueError` if a replica would get no image of a batch."""
        count = len(self.order)
        first = min(self.batch_size, count)
        check_size(first, "labeled", replicas, first=True)
        last = count % self.batch_size
        if last:
            check_size(last, "labeled", replicas)


def _for_keras(paired: PairedDataset) -> Any:
    if keras.backend.backend() != "tensorflow":
        return paired
    from keras_ssl.data.to_tensorflow import to_dataset  # imports TensorFlow

    return to_dataset(paired)


def as_elements(dataset: Any, check: BatchCheck) -> Any:
    """A `tf.data.Dataset` or `PyDataset` of elements, each of which is checked.

    Args:
        dataset: Of batches in any form that `unpack` reads.
        check: Gets them as arrays.
    """
    if is_tf_dataset(dataset):
        from keras_ssl.data.to_tensorflow import checked  # imports TensorFlow

        return checked(dataset, check)
    return _ElementDataset(dataset, check)


def _checked(batches: Iterator[Any], check: BatchCheck) -> Iterator[Any]:
    # A generator, as Keras takes no other iterator.
    for batch in batches:
        check(batch)
        yield batch


class _ElementDataset(keras.utils.PyDataset):
    """A `PyDataset` of batches, seen as one of elements that are checked."""

    def __init__(
        self, dataset: keras.utils.PyDataset, check: BatchCheck
    ) -> None:
        super().__init__(
            workers=dataset.workers,
            use_multiprocessing=dataset.use_multiprocessing,
            max_queue_size=dataset.max_queue_size,
        )
        self.dataset = dataset
        self.check = check

    @property
    def num_batches(self) -> Any:
        return self.dataset.num_batches

    def __len__(self) -> int:
        return len(self.dataset)

    def __getitem__(self, index: int) -> Any:
        element = pack(self.dataset[index])
        self.check(element)
        return element

    def on_epoch_begin(self) -> None:
        self.dataset.on_epoch_begin()

    def on_epoch_end(self) -> None:
        self.dataset.on_epoch_end()

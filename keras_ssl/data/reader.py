"""Reads both halves of the training data, batch by batch, on every backend."""

import collections
import functools
import itertools
from collections.abc import Callable
from collections.abc import Iterable
from collections.abc import Iterator
from collections.abc import Mapping
from typing import Any

import keras
import numpy as np

from keras_ssl.data.batch_check import BatchCheck
from keras_ssl.data.element import join
from keras_ssl.data.epochs import Stream
from keras_ssl.data.epochs import summary
from keras_ssl.data.halves import empty
from keras_ssl.utils.typing import Array
from keras_ssl.utils.typing import Batch

RECENT = 2  # batches that can be read again; Keras looks at two beforehand


class PairedDataset(keras.utils.PyDataset):
    """Joins a labeled and an unlabeled stream into elements for `fit`.

    Args:
        labeled: The labeled stream.
        unlabeled: The unlabeled one.
        steps: Steps of an epoch.
        index: Which of "index" and "labeled_index" the batches end with.
        arrays: The halves that can be checked as a whole, by role: `(x, y[,
            sample_weight])` and `(u[, hidden])`.

    Attributes:
        arrays: As above.
        check: Checks each batch of the other halves, once it is settled.
        sizes: How many images the halves that have an index hold.
        num_labeled: How many labeled images there are; None if nobody knows.
        paused: While true, no unlabeled image is read: the last batch of them
            is given again, as a supervised step does not look at it.
    """

    def __init__(
        self,
        labeled: Stream,
        unlabeled: Stream,
        steps: int,
        index: tuple[str, ...] = (),
        arrays: Mapping[str, Batch] | None = None,
    ) -> None:
        super().__init__()
        self.paused = False
        self.arrays = dict(arrays or {})
        self.check = BatchCheck()
        self.num_labeled = labeled.images
        self.sizes: dict[str, Any] = {}
        if "index" in index:
            self.sizes["unlabeled"] = unlabeled.images
        if "labeled_index" in index:
            self.sizes["labeled"] = labeled.images
        self.shapes = join(labeled.shapes, unlabeled.shapes, index)
        self._index = index
        self._labeled, self._unlabeled = labeled.source, unlabeled.source
        self._steps = steps
        self._streams = labeled, unlabeled
        self._begin = {"labeled": 0, "unlabeled": 0}
        self._standing = first(unlabeled)

    def __len__(self) -> int:
        return self._steps

    def __getitem__(self, index: int) -> Any:
        labeled = self._labeled(self._begin["labeled"] + index)
        if "labeled" not in self.arrays:
            self.check.labeled(*labeled)
        if not self.paused:
            step = self._begin["unlabeled"] + index
            # While paused, the last batch stands in: Keras expects one form.
            self._standing = self._unlabeled(step)
            if "unlabeled" not in self.arrays:
                self.check.unlabeled(self._standing[0])
        return join(labeled, self._standing, self._index)

    def describe(self) -> str:
        """Says in one line what an epoch holds, with what is read of it."""
        (element,) = self.peek()
        return summary(len(self), *self._streams, element, paused=self.paused)

    def __iter__(self) -> Iterator[Any]:
        """One epoch; the next one is then the next that is read."""
        for index in range(len(self)):
            yield self[index]
        self.on_epoch_end()

    def on_epoch_end(self) -> None:
        """Moves on, so that the next epoch has another order."""
        self._begin["labeled"] += self._steps
        if not self.paused:
            self._begin["unlabeled"] += self._steps

    def endless(self) -> Iterator[Any]:
        """The elements of this epoch and those that follow, without an end."""
        return (self[index] for index in itertools.count())

    def peek(self, count: int = 1) -> list[Any]:
        """The next elements of this epoch, which stay in place.

        Args:
            count: How many.

        Returns:
            As many, or fewer if a half ends before.
        """
        labeled = self._labeled.peek(self._begin["labeled"], count)
        if self.paused:
            unlabeled = [self._standing] * count
        else:
            unlabeled = self._unlabeled.peek(self._begin["unlabeled"], count)
        return [
            join(left, right, self._index)
            for left, right in zip(labeled, unlabeled, strict=False)
        ]


def first(stream: Stream) -> Batch:
    """The first batch of a stream, which stays in place."""
    batches = stream.source.peek(0, 1)
    if not batches:
        raise ValueError(empty("labeled or unlabeled"))
    return batches[0]


class ArraySource:
    """Gives the batch of any step by gathering rows.

    Args:
        rows: From indices to a batch.
        indices: Which rows make the batch of a step.
        index: Whether batches end with the indices.
    """

    def __init__(
        self,
        rows: Callable[[Array], Batch],
        indices: "ShuffledIndices",
        *,
        index: bool = False,
    ) -> None:
        self._rows = rows
        self._indices = indices
        self._index = index

    def __call__(self, step: int) -> Batch:
        """The batch of a step."""
        index = self._indices(step)
        last = (index.astype("int32"),) if self._index else ()
        return (*self._rows(index), *last)

    def peek(self, step: int, count: int) -> list[Batch]:
        """The batches of a step and of those that follow."""
        return [self(each) for each in range(step, step + count)]


class ShuffledIndices:
    """An endless stream of indices: one order of all images after another.

    Args:
        size: How many images there are.
        batch_size: How many indices make a batch.
        shuffle: Whether each pass has an order of its own.
        seed: Of the orders.

    Example:
    >>> ShuffledIndices(3, 2, shuffle=False, seed=0)(1).tolist()
    [2, 0]
    """

    def __init__(
        self, size: int, batch_size: int, *, shuffle: bool, seed: int
    ) -> None:
        self.size = size
        self.batch_size = batch_size
        self.shuffle = shuffle
        self.seed = seed
        # Two passes are kept, as the batches around an epoch's end need two.
        self._one_pass = functools.lru_cache(maxsize=2)(self._draw_pass)

    def __call__(self, step: int) -> Array:
        """Returns the indices of a step."""
        begin = step * self.batch_size
        positions = np.arange(begin, begin + self.batch_size)
        # A batch may end in another pass than it begins in.
        number, place = np.divmod(positions, self.size)
        passes = range(number[0], number[-1] + 1)
        return np.concatenate(
            [self._one_pass(each)[place[number == each]] for each in passes]
        )

    def _draw_pass(self, number: int) -> Array:
        if not self.shuffle:
            return np.arange(self.size)
        random = np.random.default_rng((self.seed, number))
        return random.permutation(self.size)


class IteratorSource:
    """Gives one batch of an iterator after the other.

    A step that has been read lately gets the same batch again; any other one
    gets the next.

    Args:
        batches: An endless iterator.
    """

    def __init__(self, batches: Iterable[Batch]) -> None:
        self._batches = Lookahead(batches)
        self._recent: collections.deque[tuple[int, Batch]] = collections.deque(
            maxlen=RECENT
        )

    def __call__(self, step: int) -> Batch:
        """The batch of a step, the same again if it was read lately."""
        known = dict(self._recent)
        if step not in known:
            self._recent.append((step, next(self._batches)))
        return known.get(step) or self._recent[-1][1]

    def peek(self, step: int, count: int) -> list[Batch]:
        """The batches of a step and of those that follow, left in place."""
        known = dict(self._recent)
        again = [known[at] for at in range(step, step + count) if at in known]
        return [*again, *self._batches.peek(count - len(again))]


class Lookahead(Iterator[Any]):
    """Reads items before their turn, and gives them again when it comes.

    An error that is met on the way is raised in its turn too, so that a look
    ahead never fails where reading would not.

    Args:
        items: What to read, once.

    Example:

    >>> letters = Lookahead("abcd")
    >>> next(letters), letters.peek(2), list(letters)
    ('a', ['b', 'c'], ['b', 'c', 'd'])
    """

    def __init__(self, items: Iterable[Any]) -> None:
        self._items = iter(items)
        self._read: collections.deque[Any] = collections.deque()
        self._error: Exception | None = None

    def peek(self, count: int) -> list[Any]:
        """The next items, which stay in place.

        Args:
            count: How many, at least 0.

        Returns:
            As many, or fewer if there are no more.
        """
        while len(self._read) < count and self._error is None:
            try:
                self._read.append(next(self._items))
            except Exception as error:  # noqa: BLE001 - raised in its turn
                self._error = error
        if count and not self._read:
            self._raise_unless_ended()
        return list(self._read)[:count]

    def __next__(self) -> Any:
        if self._read:
            return self._read.popleft()
        self._raise_unless_ended()
        return next(self._items)

    def _raise_unless_ended(self) -> None:
        if self._error and not isinstance(self._error, StopIteration):
            raise self._error

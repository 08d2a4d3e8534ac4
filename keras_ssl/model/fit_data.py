"""What `fit` was given, as one stream of training elements."""

import contextlib
import itertools
from collections.abc import Callable
from collections.abc import Collection
from collections.abc import Iterator
from typing import Any

import keras
import numpy as np

from keras_ssl import data
from keras_ssl.data import from_torch
from keras_ssl.data.arrays import as_numpy
from keras_ssl.data.arrays import describe
from keras_ssl.data.batch_check import BatchCheck
from keras_ssl.data.batch_check import check_size
from keras_ssl.data.element import is_paired
from keras_ssl.data.element import labeled_images
from keras_ssl.data.element import pack
from keras_ssl.data.element import unpack
from keras_ssl.data.halves import EARLY
from keras_ssl.data.halves import empty
from keras_ssl.data.halves import is_tf_dataset
from keras_ssl.data.halves import is_torch_loader
from keras_ssl.data.reader import PairedDataset
from keras_ssl.utils.console import say

Arguments = dict[str, Any]
AHEAD = 16  # batches of a generator that are kept, to look at more than once
HALVES = {"labeled", "unlabeled"}
PARTS = ("x", "y", "sample_weight")


class TrainingData:
    """The batches of `fit`, which can be looked at before their turn.

    Args:
        batches: A dataset of elements, for Keras to read.
        check: Checks each batch as it is read.

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

    def __init__(self, batches: Any, check: BatchCheck | None = None) -> None:
        self.batches = batches
        self.check = check or BatchCheck()
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
        if isinstance(self.batches, keras.utils.PyDataset):
            return map(self.batches.__getitem__, range(len(self.batches)))
        return iter(self.batches)

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
        return data.peek(self.batches, count)

    def whole(self) -> Any:
        """An element of arrays as a whole, and of the first batch else."""
        return self.peek()[0]

    def check_sizes(self, replicas: int) -> None:
        """Raises `ValueError` if a replica would get no image of a batch."""
        inputs = unpack(self.peek()[0])[0]
        halves = inputs if is_paired(inputs) else {"labeled": inputs}
        for role in sorted(HALVES & halves.keys()):
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
        super().__init__(_for_keras(paired), check)
        paired.check = self.check
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

    def __iter__(self) -> Iterator[Any]:
        return map(self.paired.__getitem__, range(len(self.paired)))

    def endless(self) -> Iterator[Any]:
        """The elements of this epoch and of all that follow."""
        return self.paired.endless()

    def peek(self, count: int = 1) -> list[Any]:
        """The next elements as arrays, which stay in place."""
        return data.peek(self.paired, count)

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

    def __init__(
        self, generator: Iterator[Any], check: BatchCheck | None = None
    ) -> None:
        elements = (pack(tuple(batch)) for batch in generator)
        self.ahead = list(itertools.islice(elements, AHEAD))
        check = check or BatchCheck()
        everything = itertools.chain(self.ahead, elements)
        super().__init__(_checked(everything, check), check)

    def __iter__(self) -> Iterator[Any]:
        return iter(self.ahead)

    def peek(self, count: int = 1) -> list[Any]:
        """The first elements as arrays."""
        return data.peek(self.ahead, count)


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


def ordered(callbacks: Any, begin_epoch: Callable[[], None]) -> list[Any]:
    """The callbacks of `fit`: ours first, so that a backup holds what they did.

    Args:
        callbacks: What `fit` was given.
        begin_epoch: Called after all of them, when an epoch begins.
    """
    callbacks = getattr(callbacks, "callbacks", callbacks) or []
    if not isinstance(callbacks, list | tuple):
        callbacks = [callbacks]
    first = [c for c in callbacks if hasattr(c, "acts_before_others")]
    others = [c for c in callbacks if not hasattr(c, "acts_before_others")]
    last = keras.callbacks.LambdaCallback(
        on_epoch_begin=lambda epoch, logs=None: begin_epoch()
    )
    return [*first, *others, last]


def read_fit_data(
    arguments: Arguments,
    unlabeled: Any,
    *,
    needs_unlabeled: bool,
    unlabeled_ratio: int,
    include_labeled: bool,
    index: Collection[str] = (),
    check: BatchCheck | None = None,
) -> tuple[TrainingData, Arguments]:
    """The training data, and the arguments for `keras.Model.fit`.

    Args:
        arguments: What `fit` was given, by name.
        unlabeled: `unlabeled_data`, or `None`.
        needs_unlabeled: Whether it is an error to have none.
        unlabeled_ratio: Unlabeled images per labeled one in a batch.
        include_labeled: Whether labeled images also serve as unlabeled.
        index: Which of "index" and "labeled_index" the elements carry.
        check: Checks each batch that is read, of data that are no arrays.

    Returns:
        The data, and arguments that train on the same data.

    Raises:
        ValueError: There are no unlabeled images, or the validation split
            cannot be cut.
    """
    if arguments.get("x") is None:
        raise ValueError(
            "Received: no labeled data. Expected images and labels. Pass "
            "`fit(x, y, unlabeled_data=images)`."
        )
    rest = _with_validation(dict(arguments))
    if unlabeled is not None:
        training: TrainingData = PairedData(
            _pair(
                rest,
                unlabeled,
                unlabeled_ratio=unlabeled_ratio,
                include_labeled=include_labeled,
                index=index,
            ),
            check,
            tells=True,
        )
    else:
        training = _read(rest, check or BatchCheck())
    first = unpack(training.peek()[0])[0]
    if needs_unlabeled and not is_paired(first):
        raise ValueError(
            "Received: only labeled data. Expected unlabeled images too. Pass "
            "`unlabeled_data=images` to `fit`, or zipped batches "
            '`((x, y), u)`; or set `model.phase = "supervised"` to train '
            "without."
        )
    validation: Any = rest.get("validation_data")
    if hasattr(validation, "__next__"):
        validation, rest["validation_data"] = _first_kept(validation)
    training.check_batch = _check_batch(validation, training)
    if is_tf_dataset(validation):
        from keras_ssl.data.tuning import read_ahead  # imports TensorFlow

        rest["validation_data"] = read_ahead(validation)
    if not isinstance(training, LabeledArrays):
        rest |= {"x": training.batches, "shuffle": False}
    return training, rest


def _first_kept(batches: Iterator[Any]) -> tuple[Any, Iterator[Any]]:
    """The first batch of a generator, and one that still begins with it."""
    first = next(batches, None)
    if first is None:
        raise ValueError(
            "Received: a validation_data generator without a batch. Expected "
            "one at least. Make a new generator for each `fit`."
        )
    return first, (each for each in itertools.chain([first], batches))


def _check_batch(
    validation: Any, training: TrainingData
) -> tuple[Any, Any, Any]:
    if validation is None:
        inputs, y, weight = unpack(training.peek()[0])
        return labeled_images(inputs), y, weight
    if not isinstance(validation, tuple | list):
        validation = data.peek(validation)
        shape = np.shape(validation[0])
        if len(shape) == 3:
            raise ValueError(
                f"Received: validation data of single images of shape {shape}. "
                "Expected batches (n, height, width, channels). Call "
                "`.batch(32)` on the dataset."
            )
    parts = [part[:256] for part in validation if part is not None]
    return keras.utils.unpack_x_y_sample_weight(tuple(parts))


def _for_keras(paired: PairedDataset) -> Any:
    if keras.backend.backend() != "tensorflow":
        return paired
    from keras_ssl.data.to_tensorflow import to_dataset  # imports TensorFlow

    return to_dataset(paired)


def _pair(rest: Arguments, unlabeled: Any, **options: Any) -> PairedDataset:
    given = [rest.pop(name, None) for name in PARTS]
    parts = tuple(part for part in given if part is not None)
    batch_size = rest.pop("batch_size", None) or 32
    rest["validation_batch_size"] = (
        rest.get("validation_batch_size") or batch_size
    )
    return data.pair(
        parts if len(parts) > 1 else parts[0],
        unlabeled,
        batch_size=batch_size,
        shuffle=rest.pop("shuffle", True),
        steps=rest.pop("steps_per_epoch", None),
        class_weight=rest.pop("class_weight", None),
        # What an epoch holds is said once its phase is known.
        verbose=EARLY * int(rest.get("verbose", "auto") != 0),
        **options,
    )


def _read(arguments: Arguments, check: BatchCheck) -> TrainingData:
    """Data that hold all there is: plain or zipped batches, or arrays."""
    given = arguments["x"]
    if hasattr(given, "shape"):
        return LabeledArrays(arguments)
    if isinstance(given, PairedDataset):
        return PairedData(given, check)
    if not is_dataset(given) and not hasattr(given, "__next__"):
        arguments["steps_per_epoch"] = _count_steps(given, arguments)
        loader = is_torch_loader(given)
        read = from_torch.endless if loader else _again_and_again
        given = read(given, "labeled")
    if hasattr(given, "__next__"):
        return GeneratedData(given, check)
    if arguments.get("steps_per_epoch") is None:
        _refuse_endless(given)
    return TrainingData(_as_elements(given, check), check)


def _as_elements(dataset: Any, check: BatchCheck) -> Any:
    """The dataset, with elements that are checked."""
    if is_tf_dataset(dataset):
        from keras_ssl.data.to_tensorflow import checked  # imports TensorFlow

        return checked(dataset, check)
    return _ElementDataset(dataset, check)


def is_dataset(data: Any) -> bool:
    """Whether Keras reads it in a way of its own, by index or as `tf.data`."""
    return is_tf_dataset(data) or isinstance(data, keras.utils.PyDataset)


def _count_steps(batches: Any, arguments: Arguments) -> int:
    steps = arguments.get("steps_per_epoch")
    is_batches = hasattr(batches, "__iter__") and not isinstance(batches, str)
    if arguments.get("y") is not None or not is_batches:
        raise TypeError(
            f"Received: {describe(batches)} as labeled data. Expected arrays, "
            "or batches of images and labels. Convert lists with "
            "`numpy.asarray`; read files with "
            "`keras.utils.image_dataset_from_directory`."
        )
    steps = steps or from_torch.count_batches(batches)
    if steps is None:
        raise ValueError(
            f"Received: batches from {describe(batches)} without a length, and "
            "no `steps_per_epoch`. Expected to know how long an epoch is. Pass "
            "`steps_per_epoch=` to `fit`."
        )
    return steps


def _again_and_again(batches: Any, role: str) -> Iterator[Any]:
    while True:
        count = 0
        for count, batch in enumerate(batches, start=1):  # noqa: B007 - used
            yield batch
        if count == 0:
            raise ValueError(empty(role))


def _checked(batches: Iterator[Any], check: BatchCheck) -> Iterator[Any]:
    # A generator, as Keras takes no other iterator.
    for batch in batches:
        check(batch)
        yield batch


def _refuse_endless(dataset: Any) -> None:
    # A `tf.data.Dataset` says -1 of itself if it never ends.
    cardinality = getattr(dataset, "cardinality", None)
    if cardinality is not None and int(cardinality()) == -1:
        raise ValueError(
            "Received: a dataset without end and no `steps_per_epoch`. "
            "Expected to know how long an epoch is. Pass `steps_per_epoch=` "
            "to `fit`, or leave out `.repeat()`."
        )


def _with_validation(rest: Arguments) -> Arguments:
    """Cuts `validation_split` off the end of the arrays, as Keras does."""
    share = rest.pop("validation_split", 0.0)
    if not share or rest.get("validation_data") is not None:
        return rest
    if not hasattr(rest.get("x"), "shape"):
        raise ValueError(
            f"Received: validation_split={share} with data that is not an "
            "array. Expected arrays. Pass `validation_data=` instead."
        )
    keep = int(len(rest["x"]) * (1 - share))
    names = [name for name in PARTS if rest.get(name) is not None]
    whole = {name: as_numpy(rest[name]) for name in names}
    rest["validation_data"] = tuple(whole[name][keep:] for name in names)
    return {**rest, **{name: whole[name][:keep] for name in names}}


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

"""How many labeled images are strongly augmented, where that is left open."""

import itertools
from collections.abc import Collection
from collections.abc import Mapping
from typing import Any

import keras
import numpy as np

from keras_ssl import data
from keras_ssl.augmentation.checks import check_share

Arguments = dict[str, Any]
AHEAD = 16  # batches of a generator that are kept, to look at more than once


def as_element(batch: Any) -> tuple[Any, Any, Any]:
    """The parts of a batch: inputs, labels, sample weights.

    Args:
        batch: An element as above, a zipped batch
            `((x, y[, sample_weight]), u)` where `u` may be `(u, hidden)`, or a
            plain `(x, y[, sample_weight])`.

    Returns:
        `(inputs, y, sample_weight)`, where the inputs are a dictionary as in an
        element, or the images of a plain batch.

    Example:

    >>> inputs, y, _ = as_element((("x", "y"), "u"))
    >>> inputs, y
    ({'labeled': 'x', 'unlabeled': 'u'}, 'y')
    """
    x, y, sample_weight = keras.utils.unpack_x_y_sample_weight(batch)
    if isinstance(x, tuple | list) and y is None:
        x, y = x
    if not isinstance(x, tuple | list):
        return x, y, sample_weight
    images, labels, weight = keras.utils.unpack_x_y_sample_weight(tuple(x))
    unlabeled, hidden, _ = keras.utils.unpack_x_y_sample_weight(y)
    inputs = {"labeled": images, "unlabeled": unlabeled}
    if hidden is not None:
        inputs["hidden"] = hidden
    return inputs, labels, weight


def training_input(
    arguments: Arguments,
    unlabeled: Any,
    *,
    needs_unlabeled: bool,
    unlabeled_ratio: int,
    include_labeled: bool,
    index: Collection[str] = (),
) -> tuple[Any, Arguments]:
    """The training data, and the arguments for `keras.Model.fit`.

    Args:
        arguments: What `fit` was given, by name.
        unlabeled: `unlabeled_data`, or `None`.
        needs_unlabeled: Whether it is an error to have none.
        unlabeled_ratio: Unlabeled images per labeled one in a batch.
        include_labeled: Whether labeled images also serve as unlabeled.
        index: Which of "index" and "labeled_index" the elements carry.

    Returns:
        A dataset of batches, and arguments that train on the same data.

    Raises:
        ValueError: There are no unlabeled images, or the validation split
            cannot be cut.
    """
    rest = _with_validation(dict(arguments))
    if unlabeled is not None:
        pairs = _paired(
            rest,
            unlabeled,
            unlabeled_ratio=unlabeled_ratio,
            include_labeled=include_labeled,
            index=index,
        )
        return pairs, {**rest, "x": pairs, "shuffle": False}
    if hasattr(rest["x"], "shape"):
        dataset: Any = _ArrayBatches(rest)
        zipped = False
    else:
        if rest.get("steps_per_epoch") is None:
            _refuse_endless(rest["x"])
        dataset, rest["x"] = _read_ahead(rest["x"])
        rest["shuffle"] = False
        zipped = isinstance(as_element(first_batch(dataset))[0], dict)
    if needs_unlabeled and not zipped:
        raise ValueError(
            "Received: only labeled data. Expected unlabeled images too. Pass "
            "`unlabeled_data=images` to `fit`, or zipped batches "
            '`((x, y), u)`; or set `model.phase = "supervised"` to train '
            "without."
        )
    return dataset, rest


def first_batch(dataset: Any) -> Any:
    """The first batch of the training data, as arrays, without using it up."""
    return dataset[0] if isinstance(dataset, list) else data.peek(dataset)


def _paired(rest: Arguments, unlabeled: Any, **options: Any) -> Any:
    names = ("x", "y", "sample_weight")
    given = [rest.pop(name, None) for name in names]
    parts = tuple(part for part in given if part is not None)
    batch_size = rest.pop("batch_size", None) or 32
    rest.setdefault("validation_batch_size", batch_size)
    return data.pair(
        parts if len(parts) > 1 else parts[0],
        unlabeled,
        batch_size=batch_size,
        shuffle=rest.pop("shuffle", True),
        steps=rest.pop("steps_per_epoch", None),
        class_weight=rest.pop("class_weight", None),
        verbose=int(rest.get("verbose", "auto") != 0),
        **options,
    )


def labeled_batch(validation: Any, first: Any) -> tuple[Any, Any, Any]:
    """Up to 256 validation images with labels, else the first labeled ones.

    Args:
        validation: `validation_data` as given to `fit`, or `None`.
        first: The first training batch.

    Returns:
        `(x, y, sample_weight)`.
    """
    if validation is None:
        inputs, y, weight = as_element(first)
        x = inputs["labeled"] if isinstance(inputs, dict) else inputs
        return x, y, weight
    if not isinstance(validation, tuple | list):
        validation = data.peek(validation)
    parts = [part[:256] for part in validation if part is not None]
    return keras.utils.unpack_x_y_sample_weight(tuple(parts))


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
    names = [n for n in ("x", "y", "sample_weight") if rest.get(n) is not None]
    whole = {name: np.asarray(rest[name]) for name in names}
    rest["validation_data"] = tuple(whole[name][keep:] for name in names)
    return {**rest, **{name: whole[name][:keep] for name in names}}


def _refuse_endless(dataset: Any) -> None:
    # A `tf.data.Dataset` says -1 of itself if it never ends.
    cardinality = getattr(dataset, "cardinality", None)
    if cardinality is not None and int(cardinality()) == -1:
        raise ValueError(
            "Received: a dataset without end and no `steps_per_epoch`. "
            "Expected to know how long an epoch is. Pass `steps_per_epoch=` "
            "to `fit`, or leave out `.repeat()`."
        )


def _read_ahead(dataset: Any) -> tuple[Any, Any]:
    """Batches that can be read again, and a dataset that loses none.

    Both hold elements where the dataset holds zipped batches.
    """
    if hasattr(dataset, "__next__"):
        elements = map(_pack, dataset)
        ahead = list(itertools.islice(elements, AHEAD))
        return ahead, (each for each in itertools.chain(ahead, elements))
    if isinstance(data.peek(dataset)[0], dict):
        return dataset, dataset
    if isinstance(dataset, keras.utils.PyDataset):
        dataset = _ElementDataset(dataset)
    elif hasattr(dataset, "element_spec"):
        dataset = dataset.map(lambda *batch: _pack(batch))
    return dataset, dataset


def _pack(batch: Any) -> Any:
    return keras.utils.pack_x_y_sample_weight(*as_element(tuple(batch)))


class _ElementDataset(keras.utils.PyDataset):
    """A `PyDataset` of zipped batches, seen as one of elements."""

    def __init__(self, dataset: keras.utils.PyDataset) -> None:
        super().__init__(
            workers=dataset.workers,
            use_multiprocessing=dataset.use_multiprocessing,
            max_queue_size=dataset.max_queue_size,
        )
        self.dataset = dataset

    def __len__(self) -> int:
        return len(self.dataset)

    def __getitem__(self, index: int) -> Any:
        return _pack(self.dataset[index])

    def on_epoch_end(self) -> None:
        self.dataset.on_epoch_end()


class _ArrayBatches(keras.utils.PyDataset):
    """The labeled arrays of `fit`, as batches."""

    def __init__(self, arguments: Arguments) -> None:
        super().__init__()
        names = ("x", "y", "sample_weight")
        given = (arguments.get(name) for name in names)
        self.arrays = [np.asarray(a) for a in given if a is not None]
        self.batch_size = arguments.get("batch_size") or 32
        self.order = np.random.permutation(len(self.arrays[0]))
        self.num_labeled = len(self.order)
        self.sizes = {"labeled": self.num_labeled}

    def __len__(self) -> int:
        return -(-len(self.order) // self.batch_size)

    def __getitem__(self, index: int) -> Any:
        begin = index * self.batch_size
        chosen = self.order[begin : begin + self.batch_size]
        return tuple(array[chosen] for array in self.arrays)


AUTO = "auto"
OFTEN = 100


def check_labeled_strong(value: float | str) -> float | str:
    """Returns `"auto"`, or a probability as a float.

    Raises:
        ValueError: It is neither.
    """
    if isinstance(value, str) and value == AUTO:
        return value
    try:
        return float(check_share("labeled_strong", value))  # type: ignore[arg-type]
    except ValueError as error:
        raise ValueError(f"{error} Or pass 'auto'.") from None


def times_seen(
    dataset: Any, first: Any, given: Mapping[str, Any]
) -> float | None:
    """How often `fit` shows each labeled image; `None` if nobody knows.

    Args:
        dataset: The training data.
        first: Its first batch.
        given: The arguments of `fit`.

    Example:

    >>> dataset = keras_ssl.data.pair(
    ...     (np.zeros((20, 8, 8, 1)), np.zeros(20)),
    ...     np.ones((300, 8, 8, 1)),
    ...     batch_size=4,
    ...     verbose=0,
    ... )
    >>> times_seen(dataset, keras_ssl.data.peek(dataset), {"epochs": 3})
    16.2
    """
    images = getattr(dataset, "num_labeled", None)
    if images is None:
        return None
    inputs = as_element(first)[0]
    inputs = inputs["labeled"] if isinstance(inputs, dict) else inputs
    steps = given.get("steps_per_epoch") or len(dataset)
    return steps * given.get("epochs", 1) * len(inputs) / images


def decide(value: float | str, times: float | None, *, verbose: int) -> float:
    """The probability of a labeled image to be strongly augmented.

    `"auto"` is 1 where each labeled image is seen at least 100 times, as one
    that is seen so often has nothing more to teach as it is, and says so; else,
    and where nobody knows how often, it is 0.

    Args:
        value: What the model was given: `"auto"`, or the probability.
        times: How often each labeled image is seen, or `None`.
        verbose: 0 says nothing.

    Example:

    >>> decide("auto", 99.0, verbose=1)
    0.0
    >>> decide("auto", 102.6, verbose=1)
    Labeled images are strongly augmented too, as each will be seen 103 times.
    1.0
    """
    if isinstance(value, float):
        return value
    if times is None or times < OFTEN:
        return 0.0
    if verbose:
        print(
            "Labeled images are strongly augmented too, as each will be seen "
            f"{times:,.0f} times."
        )
    return 1.0

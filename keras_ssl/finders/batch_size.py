"""`find_batch_size`: speed and memory of real steps, and what follows."""

import math
import time
from collections.abc import Callable
from typing import Any

import keras

from keras_ssl.finders.batch_data import BatchData
from keras_ssl.finders.batch_probe import BatchProbe
from keras_ssl.finders.batch_search import DEFAULT_BATCH_SIZE
from keras_ssl.finders.batch_search import SMALLEST
from keras_ssl.finders.batch_search import Search
from keras_ssl.finders.batch_search import cap_batch_size
from keras_ssl.finders.batch_size_result import BatchSizeResult
from keras_ssl.finders.batch_size_result import explain
from keras_ssl.finders.optimizer_rate import scale_rate
from keras_ssl.model.phases import SEMI_SUPERVISED
from keras_ssl.utils.checks import check_number
from keras_ssl.utils.devices import count_devices
from keras_ssl.utils.memory import read_memory_limit
from keras_ssl.utils.snapshot import preserved
from keras_ssl.utils.snapshot import replaced
from keras_ssl.utils.typing import Config

SMALL = 64 * 64 * 3  # numbers of an image of which 32 are no risk for memory


def find_batch_size(  # noqa: PLR0913  one place for every choice
    model: keras.Model,
    labeled: Any,
    unlabeled: Any = None,
    *,
    unlabeled_ratio: int = 3,
    include_labeled: bool = True,
    max_batch_size: int = 1024,
    min_steps: int = 16,
    memory_limit: float | None = None,
    margin: float = 0.2,
    tolerance: float = 0.05,
    rounds: int = 3,
    base_batch_size: int = 32,
    max_seconds: float | Callable[[float], float] | None = None,
) -> BatchSizeResult:
    """Finds a batch size, and leaves the model as it was.

    Measures powers of two, from 8 upwards, on training steps of the model's
    own, with augmentation, unlabeled images and the optimizer: images per
    second, the median of some rounds over all sizes in turn; and the peak of
    memory. It goes on until two larger sizes are no faster, or the data, the
    user or the memory forbid the next: that which a straight line through the
    last sizes foretells, that which a step took, or an error. The smallest size
    that is about as fast as the fastest is chosen, and confirmed with a
    training and a validation step.

    The steps are fed from memory: how fast files are read is not measured. On
    JAX there is no figure for the memory of a CPU, and that of a GPU is the
    peak of the whole process.

    Args:
        model: A compiled model.
        labeled: `(x, y)` or `(x, y, sample_weight)` as arrays; or a
            `tf.data.Dataset` or a `keras.utils.PyDataset`, whose first images
            serve for batches of every size.
        unlabeled: Images `(n, height, width, channels)`, or `(u, y_u)`, in any
            of these containers; `None` for supervised training.
        unlabeled_ratio: Unlabeled images for each labeled one in a step.
        include_labeled: Whether the labeled images also serve as unlabeled.
        max_batch_size: Never more labeled images a step than this.
        min_steps: Steps that an epoch has at the least, where an epoch is one
            pass over the unlabeled, or else the labeled images.
        memory_limit: Bytes that there are; `None`: all of the smallest GPU, or
            what the machine and its container have left.
        margin: Share of the memory that stays free, in `[0, 1)`.
        tolerance: Share of the best speed that may be lost for a smaller
            batch, in `[0, 1)`.
        rounds: How often each size is timed, at least 1.
        base_batch_size: The batch size that the learning rate was chosen for.
        max_seconds: No larger size is tried where that would take longer in
            all; `None` for no limit. Or a function that is told the seconds of
            a step of the first size, and returns that number. Where only one
            size is seen, the batch size is 32, that of `fit`, if data and
            memory allow it; so for images of up to 64 x 64 x 3 numbers, the
            search begins with 32 if there is a limit.

    Returns:
        The `BatchSizeResult`; print it, or `plot()` it.

    Raises:
        ValueError: The model is not compiled, or a number is not one of those
            above.
        TypeError: The data can be read only once, as a generator, or there
            are unlabeled ones for a model that takes none.
        MemoryError: Not even a batch of 1 fits.

    Example:

    >>> (x, y), _ = keras_ssl.data.load_digits()
    >>> layers = [keras.layers.Flatten(), keras.layers.Dense(10)]
    >>> model = keras.Sequential([keras.Input((8, 8, 1)), *layers])
    >>> model.compile(
    ...     "adam", keras.losses.SparseCategoricalCrossentropy(from_logits=True)
    ... )
    >>> result = find_batch_size(model, (x, y), max_batch_size=16, rounds=1)
    >>> list(result.images_per_second), result.batch_size in (8, 16)
    ([8, 16], True)
    """
    begin = time.perf_counter()
    if not callable(max_seconds):
        check_choices(max_seconds=max_seconds)
    check_choices(
        unlabeled_ratio=unlabeled_ratio,
        max_batch_size=max_batch_size,
        min_steps=min_steps,
        memory_limit=memory_limit,
        margin=margin,
        tolerance=tolerance,
        rounds=rounds,
        base_batch_size=base_batch_size,
    )
    data = BatchData(labeled, unlabeled, unlabeled_ratio, include_labeled)
    cap = cap_batch_size(
        data.labeled_size,
        data.unlabeled_size,
        unlabeled_ratio=unlabeled_ratio,
        max_batch_size=max_batch_size,
        min_steps=min_steps,
    )
    limit = read_memory_limit() if memory_limit is None else memory_limit
    budget = None if limit is None else limit * (1 - margin)
    element = data.prepare(model)
    own: Config = {"train_function": None, "test_function": None}
    with preserved(model), replaced(model, **own):
        if data.unlabeled_size is not None:
            model.phase = SEMI_SUPERVISED
        probe = BatchProbe(model, element)
        search = Search(
            *(probe, cap, budget, tolerance, rounds),
            devices=count_devices(model),
            first=_first(data.image_size, limited=max_seconds is not None),
            limit=lambda size, rate: _seconds(
                max_seconds, size * probe.images_per_row / rate
            ),
        )
        chosen = search.run()
    if model.train_function is None:  # training need not compile it again
        model.train_function = probe.compiled(chosen)
    line = search.line
    return BatchSizeResult(
        batch_size=chosen,
        reason=explain(search, chosen),
        images_per_second=search.rates,
        memory=search.peaks,
        memory_limit=limit,
        memory_budget=budget,
        memory_batch_size=line.largest(budget) if line and budget else None,
        scaling=scale_rate(model.optimizer, chosen, base_batch_size),
        seconds=time.perf_counter() - begin,
        stopped=search.shortened,
    )


def _first(image_size: int, *, limited: bool) -> int:
    # If the search ends at once, training takes the step that it has compiled.
    # What 32 large images need of the memory is foretold from fewer.
    begin_with_default = limited and image_size <= SMALL
    return DEFAULT_BATCH_SIZE if begin_with_default else SMALLEST


def _seconds(
    given: float | Callable[[float], float] | None, step: float
) -> float:
    if given is None:
        return math.inf
    if not callable(given):
        return given
    advice = "Return for example 60.0 from `max_seconds`."
    return check_number("max_seconds(seconds)", given(step), 0, advice=advice)


def check_choices(**numbers: float | None) -> None:
    """Raises `ValueError` unless `find_batch_size` takes the numbers."""
    for name, number in numbers.items():
        share = name in ("margin", "tolerance")
        limits: Config = {"low": 0, "below": 1} if share else {"above": 0}
        if number is not None:
            advice = f"Leave `{name}` out for the default."
            check_number(name, number, **limits, advice=advice)

"""`find_learning_rate`: range tests, and short trainings near their rate."""

import dataclasses
import itertools
import math
import time
from collections.abc import Callable
from collections.abc import Iterator
from typing import Any

import keras
import numpy as np

from keras_ssl import data as datasets
from keras_ssl.finders.batches import read_batches
from keras_ssl.finders.learning_rate_result import LearningRateResult
from keras_ssl.finders.learning_rate_result import decide
from keras_ssl.finders.learning_rate_result import summarize
from keras_ssl.finders.optimizer_rate import settable_rate
from keras_ssl.finders.rate_trials import LAST
from keras_ssl.finders.rate_trials import EnoughError
from keras_ssl.finders.rate_trials import climb
from keras_ssl.finders.rate_trials import most_rates
from keras_ssl.finders.rate_trials import run_range_test
from keras_ssl.finders.rate_trials import run_trial
from keras_ssl.finders.suggestions import FEWEST
from keras_ssl.finders.suggestions import SUGGESTIONS
from keras_ssl.utils.checks import check_name
from keras_ssl.utils.checks import check_number
from keras_ssl.utils.deprecation import renamed_argument
from keras_ssl.utils.snapshot import build_optimizer
from keras_ssl.utils.snapshot import preserved
from keras_ssl.utils.snapshot import preserved_random_state
from keras_ssl.utils.typing import Config

MEMORY = 2**29  # bytes of the batches that are kept during the search


def find_learning_rate(  # noqa: PLR0913  one place for every choice
    model: keras.Model,
    labeled: Any = None,
    unlabeled: Any = None,
    *,
    batch_size: int = 32,
    unlabeled_ratio: int = 3,
    include_labeled: bool = True,
    suggestion: str = "middle",
    min_rate: float = 1e-6,
    max_rate: float = 10.0,
    steps: int = 100,
    repeats: int = 1,
    trial_steps: int = 100,
    max_steps: int | None = None,
    data: Any = None,
) -> LearningRateResult:
    """Finds a learning rate by trying some, and leaves the model as it was.

    A range test trains for some steps of the model's own, semi-supervised or
    supervised, while the rate rises exponentially from `min_rate` to
    `max_rate`, or until the loss diverges. Rules read a rate off the losses of
    the single batches. Of semi-supervised steps that is the labeled loss alone:
    the unlabeled loss is 0 as long as no pseudo-label passes, and rises as the
    model learns to pass more.

    Then short trainings with constant rates, from that one on in half decades,
    decide: upwards as long as the loss at the end is no more than 5 % above the
    lowest, or else downwards. The largest such rate is taken. Where the range
    test saw no fall, they begin halfway through its rates, and decide if the
    loss falls by 5 %.

    Args:
        model: A compiled model. Any optimizer of Keras but `MultiOptimizer`;
            one with a schedule is tried with constant rates.
        labeled: `(x, y[, sample_weight])` as arrays, or a dataset, as `fit`
            takes it. Without `unlabeled`, also batches as `train_on_batch`
            takes them, or training elements as `keras_ssl.data.pair` makes
            them: a list, a `tf.data.Dataset`, a `PyDataset` or another iterable
            that can be read again. At most `steps` batches or 512 MiB are used,
            in turn.
        unlabeled: `u` or `(u, y_u)`, as `fit` takes them, for a model that
            trains on them.
        batch_size: Labeled images a step, of arrays.
        unlabeled_ratio: Unlabeled images for each labeled one in a step.
        include_labeled: Whether labeled images also serve as unlabeled.
        suggestion: The rule that chooses: `"middle"`, `"steepest"`,
            `"valley"`, `"minimum"` or `"slide"` of `keras_ssl.finders`.
        min_rate: First rate, greater than 0.
        max_rate: Last rate, greater than `min_rate`.
        steps: Steps of a test, at least 10.
        repeats: Range tests, at least 1, each on other batches. The median of
            their losses at each rate counts.
        trial_steps: Steps of each short training, at least 3; 0 takes the rate
            of the range tests as it is.
        max_steps: Steps that the search may take in all, enough for the range
            tests and two short trainings; `None` for no limit.
        data: The old name of `labeled`.

    Returns:
        The `LearningRateResult`; print it, or `plot()` it.

    Raises:
        ValueError: The model is not compiled, its learning rate cannot be set,
            or a number is not one of those above.
        TypeError: The data cannot be read again, or there are unlabeled ones
            for a model that takes none.

    Example:

    >>> (x, y), _ = keras_ssl.data.load_digits()
    >>> layers = [keras.layers.Flatten(), keras.layers.Dense(10)]
    >>> model = keras.Sequential([keras.Input((8, 8, 1)), *layers])
    >>> model.compile(
    ...     "adam", keras.losses.SparseCategoricalCrossentropy(from_logits=True)
    ... )
    >>> result = find_learning_rate(model, (x, y), repeats=1)
    >>> 1e-3 < result.rate < 1
    True

    Reference:
        [Smith, 2015](https://arxiv.org/abs/1506.01186), section 3.3.
    """
    begin = time.perf_counter()
    if not isinstance(model, keras.Model):
        raise TypeError(
            f"Received: model={model!r}. Expected a `keras.Model`. Pass the "
            "compiled model, then its batches."
        )
    check_search(suggestion, min_rate, max_rate, steps, repeats, trial_steps)
    most = _most_trials(max_steps, steps * repeats, trial_steps)
    old = {} if data is None else {"data": data}
    labeled = renamed_argument(old, "data", "labeled", labeled)
    with preserved_random_state():
        source = read_batches(
            model,
            labeled,
            unlabeled,
            steps=steps,
            batch_size=batch_size,
            unlabeled_ratio=unlabeled_ratio,
            include_labeled=include_labeled,
        )
        batches = _first(source, steps)
    _prepare(model, batches[0])
    rates = np.geomspace(min_rate, max_rate, steps).tolist()
    tests = []
    with settable_rate(model), preserved(model) as snapshot:
        for repeat in range(repeats):
            first = repeat * len(batches) // repeats
            test = run_range_test(model, _turns(batches, first), rates)
            tests.append(test)
            snapshot.restore()

        def loss_at(rate: float) -> float:
            loss = run_trial(model, _turns(batches, 0), rate, trial_steps)
            snapshot.restore()
            return loss

        result = summarize(tests, suggestion)
        if result.start is not None and trial_steps:
            bounds = {"lowest": min_rate, "highest": max_rate}
            trials, stopped = _climb(loss_at, result.start, bounds, most)
            untrained = loss_at(0.0) if result.rate is None else math.inf
            result = decide(result, trials, untrained)
            result = dataclasses.replace(result, stopped=stopped)
    return dataclasses.replace(result, seconds=time.perf_counter() - begin)


def check_search(
    suggestion: str,
    min_rate: float,
    max_rate: float,
    steps: int,
    repeats: int,
    trial_steps: int,
) -> None:
    """Raises `ValueError` unless `find_learning_rate` takes the arguments."""
    check_name(suggestion, "suggestion", SUGGESTIONS)
    check_number("min_rate", min_rate, above=0)
    check_number("max_rate", max_rate, above=min_rate)
    check_number("steps", steps, FEWEST, integer=True)
    check_number("repeats", repeats, 1, integer=True)
    if trial_steps:
        advice = "Pass for example trial_steps=100, or 0 for no trials."
        check_number(
            *("trial_steps", trial_steps, LAST), integer=True, advice=advice
        )


def _climb(
    loss_at: Callable[[float], float],
    start: float,
    bounds: Config,
    most: int | None,
) -> tuple[dict[float, float], str]:
    """The losses of the trials by rate, and whether there were too few."""
    trials: dict[float, float] = {}

    def tried(rate: float) -> float:
        if len(trials) == most:
            raise EnoughError
        trials[rate] = loss_at(rate)
        return trials[rate]

    try:
        climb(tried, start, **bounds)
    except EnoughError:
        count = most_rates(start, **bounds)
        return trials, f"stopped after {most} of at most {count} rates"
    return trials, ""


def fewest_steps(
    steps: int = 100, repeats: int = 1, trial_steps: int = 100
) -> int:
    """The least `max_steps` of a search: with fewer it has seen too little."""
    return steps * repeats + 2 * trial_steps


def _most_trials(
    max_steps: int | None, begin: int, trial_steps: int
) -> int | None:
    if max_steps is None or not trial_steps:
        return None
    check_number(
        *("max_steps", max_steps, begin + 2 * trial_steps),
        integer=True,
        advice="Allow more, or keep the learning rate that the optimizer has.",
    )
    return (max_steps - begin) // trial_steps


def _first(source: Any, steps: int) -> list[Any]:
    """Batches as arrays, as many as are wanted and fit in the memory."""
    first = datasets.peek(source)
    size = sum(array.nbytes for array in keras.tree.flatten(first))
    return datasets.peek(source, max(1, min(steps, MEMORY // max(size, 1))))


def _prepare(model: keras.Model, batch: Any) -> None:
    """Creates all variables, as `fit` would, before they are kept."""
    if hasattr(model, "prepare"):
        model.prepare(batch)
    elif not model.built:
        model(keras.utils.unpack_x_y_sample_weight(batch)[0])
    build_optimizer(model)


def _turns(batches: list[Any], first: int) -> Iterator[Any]:
    return itertools.islice(itertools.cycle(batches), first, None)

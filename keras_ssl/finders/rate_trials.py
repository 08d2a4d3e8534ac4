"""Short trainings with constant rates around one that a range test suggests.

A range test sees each rate for a step, after steps with lower ones only. A deep
network with BatchNorm recovers from a large rate within some steps and is then
ahead, which such a test takes for a divergence.
"""

import dataclasses
import math
from collections.abc import Callable
from collections.abc import Iterator
from collections.abc import Mapping
from collections.abc import Sequence
from typing import Any

import keras
import numpy as np

from keras_ssl.utils.devices import read_number

RECENT = 5  # losses whose mean tells whether training diverges
DIVERGED = 4.0  # times the lowest mean
RECOVERED = 0.75  # of the fall from the first mean to the lowest
MOST = 100  # steps without an update of the weights
LOSSES = ("loss", "labeled_loss")


@dataclasses.dataclass(frozen=True)
class RangeTest:
    """The rates and losses of one range test.

    Args:
        rates: Learning rates, rising by a constant factor.
        losses: The loss that the suggestions are made from, at each rate.
        total_losses: The whole loss of the step, at each rate.
        loss_name: Which loss `losses` is: `"labeled_loss"` or `"loss"`.
        diverged: Whether the test ended because the loss rose or was no number.
    """

    rates: list[float]
    losses: list[float]
    total_losses: list[float]
    loss_name: str
    diverged: bool


def run_range_test(
    model: keras.Model, batches: Iterator[Any], rates: Sequence[float]
) -> RangeTest:
    """Trains with one rate after the other; what it changes stays changed.

    Steps that do not update the weights, as they only accumulate gradients or
    look for the loss scale of float16, count as one with the update that
    follows.

    Args:
        model: A compiled model whose learning rate can be set.
        batches: What `train_on_batch` takes as `(x[, y[, sample_weight]])`,
            without end.
        rates: Learning rates, rising by a constant factor.

    Returns:
        The losses up to the last rate, or to where training diverges: a loss
        is not finite; or the mean of the last 5 losses is above 4 times the
        lowest such mean, and has risen by three quarters of the fall before.
    """
    points: list[dict[str, float]] = []
    diverged = False
    for rate in rates:
        model.optimizer.learning_rate = float(rate)
        losses = _update(model, batches)
        if losses is not None:
            points.append(losses)
        diverged = losses is None or _diverges(_suggestive(points))
        if diverged:
            break
    return RangeTest(
        rates=[float(rate) for rate in rates[: len(points)]],
        losses=_suggestive(points),
        total_losses=[each["loss"] for each in points],
        loss_name=_name(points),
        diverged=diverged,
    )


def _name(points: list[dict[str, float]]) -> str:
    return "labeled_loss" if points and "labeled_loss" in points[0] else "loss"


def _suggestive(points: list[dict[str, float]]) -> list[float]:
    return [each[_name(points)] for each in points]


def _update(
    model: keras.Model, batches: Iterator[Any]
) -> dict[str, float] | None:
    """Steps until the weights are updated: the mean losses on the way.

    Returns:
        The losses by name; `None` if one is not finite, or if no step updates
        the weights.
    """
    before = _iterations(model)
    seen: list[dict[str, float]] = []
    while _iterations(model) == before:
        logs = _step(model, next(batches))
        losses = {n: float(v) for n, v in logs.items() if n in LOSSES}
        if len(seen) == MOST or not np.isfinite(list(losses.values())).all():
            return None
        seen.append(losses)
    return {n: float(np.mean([each[n] for each in seen])) for n in seen[0]}


def _step(model: keras.Model, batch: Any) -> dict[str, float]:
    x, y, weight = keras.utils.unpack_x_y_sample_weight(batch)
    # Keras logs running means; after a reset they are those of one batch.
    model.reset_metrics()
    return model.train_on_batch(x, y, sample_weight=weight, return_dict=True)


def _iterations(model: keras.Model) -> int:
    return read_number(model.optimizer.iterations)


def _diverges(losses: list[float]) -> bool:
    if len(losses) < RECENT:
        return False
    means = np.convolve(losses, np.full(RECENT, 1 / RECENT), "valid")
    first, lowest, last = means[0], means.min(), means[-1]
    risen = last > lowest + RECOVERED * (first - lowest)
    return bool(lowest > 0 and last > DIVERGED * lowest and risen)


class EnoughError(Exception):
    """There are no steps left for another trial."""


FACTOR = math.sqrt(10)  # from a rate to the next: half a decade
TOLERANCE = 0.05
LAST = 3  # the last third of the losses counts


def climb(
    loss_at: Callable[[float], float],
    rate: float,
    *,
    lowest: float = 0.0,
    highest: float = math.inf,
) -> dict[float, float]:
    """Tries rates half a decade apart, upwards as long as `best_rate` follows.

    If the first rate above is no better, it goes downwards instead.

    Args:
        loss_at: The loss after training with a rate.
        rate: Where to begin.
        lowest: No rate below is tried.
        highest: No rate above is tried.

    Returns:
        The losses by rate, in the order in which they were tried.

    Example:

    >>> losses = climb(lambda rate: abs(np.log10(rate)), 0.05)
    >>> [round(rate, 2) for rate in losses]
    [0.05, 0.16, 0.5, 1.58, 5.0]
    """
    losses = {rate: loss_at(rate)}
    for factor in (FACTOR, 1 / FACTOR):
        last = rate
        while lowest <= last * factor <= highest:
            last *= factor
            losses[last] = loss_at(last)
            if best_rate(losses) != last:
                break
        if best_rate(losses) not in (rate, None):
            break
    return losses


def most_rates(rate: float, *, lowest: float, highest: float) -> int:
    """How many rates `climb` tries, at the most.

    Args:
        rate: Where it begins.
        lowest: No rate below is tried.
        highest: No rate above is tried.

    Example:

    >>> most_rates(0.1, lowest=0.01, highest=10)
    5
    """
    above = math.floor(math.log(highest / rate, FACTOR) + 1e-9)
    below = math.floor(math.log(rate / lowest, FACTOR) + 1e-9)
    return 1 + max(above, min(above, 1) + below)


def best_rate(losses: Mapping[float, float]) -> float | None:
    """The largest rate with a loss near the lowest.

    Schedules that fall and averaged weights bear a larger rate than a short
    training with a constant one shows.

    Args:
        losses: By rate; infinite where training diverged.

    Returns:
        The largest rate with a loss at most 5 % above the lowest; `None` if no
        loss is finite.

    Example:

    >>> best_rate({0.01: 1.6, 0.03: 1.5, 0.1: 1.54, 0.3: 2.0})
    0.1
    """
    lowest = min(losses.values())
    if not math.isfinite(lowest):
        return None
    limit = (1 + TOLERANCE) * lowest
    return max(rate for rate, loss in losses.items() if loss <= limit)


def run_trial(
    model: keras.Model, batches: Iterator[Any], rate: float, steps: int
) -> float:
    """Trains with a rate; what it changes stays changed.

    Args:
        model: A compiled model whose learning rate can be set.
        batches: What `train_on_batch` takes, without end.
        rate: The learning rate.
        steps: Updates of the weights, at least 3.

    Returns:
        The median loss over the last third, which no spike moves; infinite if
        training diverges.
    """
    test = run_range_test(model, batches, [rate] * steps)
    if test.diverged:
        return math.inf
    return float(np.median(test.losses[-(steps // LAST) :]))

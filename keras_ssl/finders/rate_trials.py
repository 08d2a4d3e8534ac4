"""Short trainings with constant rates around one that a range test suggests.

A range test sees each rate for a step, after steps with lower ones only. A deep
network with BatchNorm recovers from a large rate within some steps and is then
ahead, which such a test takes for a divergence.
"""

import math
from collections.abc import Callable
from collections.abc import Iterator
from collections.abc import Mapping
from typing import Any

import keras
import numpy as np

from keras_ssl.finders.range_test import run_range_test

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

    If it does not follow to the first rate above, it goes downwards likewise.

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
        model: As for `run_range_test`.
        batches: Likewise.
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

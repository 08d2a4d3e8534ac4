"""Short trainings with constant rates around one that a range test suggests.

A range test sees each rate for a step, after steps with lower ones only. A deep
network with BatchNorm recovers from a large rate within some steps and is then
ahead, which such a test takes for a divergence.
"""

import math
from collections.abc import Callable
from collections.abc import Iterator
from typing import Any

import keras
import numpy as np

from keras_ssl.finders.range_test import run_range_test

FACTOR = math.sqrt(10)  # from a rate to the next: half a decade
LAST = 3  # the last third of the losses counts


def climb(
    loss_at: Callable[[float], float],
    rate: float,
    *,
    lowest: float = 0.0,
    highest: float = math.inf,
) -> dict[float, float]:
    """Tries rates half a decade apart, upwards as long as the loss falls.

    If the first rate above is no better, it goes downwards likewise.

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
        best = rate
        while lowest <= best * factor <= highest:
            losses[best * factor] = loss_at(best * factor)
            if not losses[best * factor] < losses[best]:
                break
            best *= factor
        if best != rate:
            break
    return losses


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
        The mean loss over the last third; infinite if training diverges.
    """
    test = run_range_test(model, batches, [rate] * steps)
    if test.diverged:
        return math.inf
    return float(np.mean(test.losses[-(steps // LAST) :]))

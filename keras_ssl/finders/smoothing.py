"""The curve behind the noisy losses of a range test."""

from collections.abc import Sequence
from typing import TypeAlias

import numpy as np

from keras_ssl.utils.typing import Array

SHARE = 0.04  # of the points, the standard deviation of the smoothing window
FEWEST = 10  # points that make a curve
NOISES = 5.0  # standard deviations of the smooth curve, beyond chance
SLIGHT = 1e-3  # of the loss at the start, a fall that is none

Numbers: TypeAlias = Sequence[float] | Array


def smooth(losses: Sequence[float] | Array) -> Array:
    """Averages each loss with its neighbours on both sides.

    The weights are a Gaussian whose standard deviation is 4 % of the points.
    An exponential moving average, which looks back only, would move the curve
    to larger learning rates.

    Args:
        losses: Of one range test in the order of the rates, finite.

    Returns:
        As many losses.

    Example:

    >>> smooth([1.0] * 50 + [0.0] * 50)[[0, 49, 50, 99]].round(2)
    array([1.  , 0.55, 0.45, 0.  ])
    """
    return _weights(len(losses)) @ np.asarray(losses, "float64")


def smooth_curve(rates: Numbers, losses: Numbers) -> tuple[Array, Array]:
    """The smooth part of a range test.

    It ends before the first loss that is not finite. Losses far above the start
    are cut off, so that a divergence does not blur what is before it.

    Args:
        rates: Learning rates, rising.
        losses: The loss at each of them.

    Returns:
        Rates and smooth losses, of equal length.

    Example:

    >>> rates, losses = smooth_curve([1, 2, 3, 4], [3.0, 2.0, 1.0, np.nan])
    >>> len(rates)
    3
    """
    rates, losses = np.asarray(rates, "float64"), np.asarray(losses, "float64")
    broken = ~np.isfinite(losses)
    end = int(np.argmax(broken)) if broken.any() else len(losses)
    losses = losses[:end]
    if end:
        losses = np.minimum(losses, 2 * _start(losses) - losses.min())
    return rates[:end], smooth(losses)


def falling_curve(
    rates: Numbers, losses: Numbers
) -> tuple[Array, Array] | None:
    """The smooth part of a range test, if the loss falls beyond its noise.

    Args:
        rates: Learning rates, rising.
        losses: The loss at each of them.

    Returns:
        Rates and smooth losses; `None` if the loss never falls, or if there
        are fewer than 10 points.

    Example:

    >>> falling_curve(np.geomspace(1e-5, 1, 50), np.ones(50)) is None
    True
    """
    rates, curve = smooth_curve(rates, losses)
    if len(rates) < FEWEST:
        return None
    losses = np.asarray(losses, "float64")[: len(rates)]
    start = _start(losses)
    lowest = _beginning(losses) + np.argmin(curve[_beginning(losses) :])
    before = losses[: max(lowest, FEWEST)]
    noise = _noise(before) * np.linalg.norm(_weights(len(losses))[lowest])
    least = max(NOISES * noise, SLIGHT * abs(start))
    return (rates, curve) if start - curve[lowest] > least else None


def _start(losses: Array) -> float:
    """The loss before it falls."""
    return float(losses[: _beginning(losses)].mean())


def _beginning(losses: Array) -> int:
    return max(len(losses) // 10, 3)


def _noise(losses: Array) -> float:
    """The standard deviation of single losses around their curve."""
    return float(1.4826 * np.median(np.abs(np.diff(losses))) / np.sqrt(2))


def _weights(count: int) -> Array:
    place = np.arange(count)
    width = max(SHARE * count, 1.0)
    weights = np.exp(-0.5 * ((place[:, None] - place) / width) ** 2)
    return weights / weights.sum(axis=1, keepdims=True)

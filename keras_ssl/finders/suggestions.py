"""Learning rates read off a range test: pure functions of rates and losses.

A range test trains for some steps while the learning rate rises exponentially.
The loss first stays, then falls, and then rises again as the rate becomes too
large. Each rule takes `rates`, rising by a constant factor, and the noisy loss
at each of them; smooths the losses as `smooth` explains; and returns a rate, or
`None` if the loss does not fall beyond its noise. Losses that are not finite,
and all after them, are left out.

Reference:
    [Smith, 2015](https://arxiv.org/abs/1506.01186), section 3.3, on range
    tests. The rules but `middle` are those which users of fastai know by these
    names.
"""

import bisect
import functools
from collections.abc import Callable
from collections.abc import Mapping
from collections.abc import Sequence
from typing import TypeAlias

import numpy as np

from keras_ssl.utils.checks import check_name
from keras_ssl.utils.typing import Array

SHARE = 0.04  # of the points, the standard deviation of the smoothing window
FEWEST = 10  # points that make a curve
NOISES = 5.0  # standard deviations of the smooth curve, beyond chance
SLIGHT = 1e-3  # of the loss at the start, a fall that is none
GRAIN = 0.02  # of the range of the losses
BELOW = 10  # how far `minimum` stays below the rate of the lowest loss

Numbers: TypeAlias = Sequence[float] | Array
Rule: TypeAlias = Callable[[Numbers, Numbers], float | None]


def smooth(losses: Numbers) -> Array:
    """Averages each loss with its neighbours on both sides.

    The weights are a Gaussian whose standard deviation is 4 % of the points.
    An exponential moving average, which looks back only, would move the curve
    to larger learning rates.

    Example:

    >>> smooth([1.0] * 50 + [0.0] * 50)[[0, 49, 50, 99]].round(2)
    array([1.  , 0.55, 0.45, 0.  ])
    """
    return _weights(len(losses)) @ np.asarray(losses, "float64")


def smooth_curve(rates: Numbers, losses: Numbers) -> tuple[Array, Array]:
    """Rates and smooth losses before the first loss that is not finite.

    Losses far above the start are cut off, so that a divergence does not blur
    what is before it.

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
    """Rates and smooth losses; `None` if these never fall beyond their noise.

    Fewer than 10 points tell nothing.

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


def _of_falling_curve(rule: Callable[[Array, Array], float]) -> Rule:
    @functools.wraps(rule)
    def suggestion(rates: Numbers, losses: Numbers) -> float | None:
        curve = falling_curve(rates, losses)
        return None if curve is None else float(rule(*curve))

    return suggestion


@_of_falling_curve
def steepest(rates: Array, losses: Array) -> float:
    """The rate at which the loss falls fastest over its logarithm.

    The first tenth, where chance may look like a fall, and whatever comes after
    the lowest loss are not looked at.

    Example:

    >>> rates = np.geomspace(1e-5, 1, 101)
    >>> losses = 1 / (1 + (rates / 0.01) ** 2)
    >>> round(steepest(rates, losses), 4)
    0.01
    """
    begin, end = len(rates) // 10, int(np.argmin(losses)) + 1
    slope = np.gradient(losses)
    if end - begin < 2:
        begin = 0
    return rates[begin + np.argmin(slope[begin:end])]


@_of_falling_curve
def valley(rates: Array, losses: Array) -> float:
    """The middle of the longest descent.

    The descent is the longest subsequence in which every loss is lower than the
    one before, by 2 % of the whole fall or more, so that the flat beginning
    does not count; the suggestion is its middle element.

    Example:

    >>> rates = np.geomspace(1e-5, 1, 101)
    >>> losses = [9.0] * 30 + [*np.linspace(9, 1, 41)] + [9.0] * 30
    >>> round(valley(rates, losses), 3)
    0.002
    """
    steps = np.round((losses - losses.min()) / (GRAIN * np.ptp(losses)))
    descent = _longest_descent(steps)
    return rates[descent[len(descent) // 2]]


@_of_falling_curve
def minimum(rates: Array, losses: Array) -> float:
    """A tenth of the rate at which the loss is lowest.

    It may be below all of `rates`.

    Example:

    >>> rates = np.geomspace(1e-5, 1, 101)
    >>> round(minimum(rates, np.log10(rates / 0.1) ** 2), 4)
    0.01
    """
    return rates[np.argmin(losses)] / BELOW


def middle(rates: Numbers, losses: Numbers) -> float | None:
    """Halfway from `steepest` to the lowest loss, over the log of the rate.

    Example:

    >>> rates = np.geomspace(1e-5, 1, 101)
    >>> losses = 1 / (1 + (rates / 0.01) ** 2) + (rates / 0.3) ** 2
    >>> round(middle(rates, losses), 3)
    0.022
    """
    begin, end = steepest(rates, losses), minimum(rates, losses)
    if begin is None or end is None:
        return None
    return float(np.sqrt(begin * BELOW * end))


@_of_falling_curve
def slide(rates: Array, losses: Array) -> float:
    """The left end of the interval over which the slope stays the same.

    An interval of a tenth of the points slides from the lowest loss to smaller
    rates, as long as the loss falls more slowly at its right end than at its
    left. There it lies across the steepest part, and its left end is somewhat
    below `steepest`.

    Example:

    >>> rates = np.geomspace(1e-5, 1, 101)
    >>> losses = 1 / (1 + (rates / 0.01) ** 2)
    >>> round(slide(rates, losses), 4)
    0.0056
    """
    slope, width = np.gradient(losses), max(len(losses) // 10, 1)
    right = int(np.argmin(losses))
    while right > width and slope[right] > slope[right - width]:
        right -= 1
    return rates[max(right - width, 0)]


SUGGESTIONS: Mapping[str, Rule] = {
    "middle": middle,
    "steepest": steepest,
    "valley": valley,
    "minimum": minimum,
    "slide": slide,
}


def suggest(
    rates: Numbers, losses: Numbers, rule: str = "middle"
) -> float | None:
    """The suggestion of one rule.

    Args:
        rates: Learning rates, rising by a constant factor.
        losses: The loss at each of them.
        rule: `"middle"`, `"steepest"`, `"valley"`, `"minimum"` or `"slide"`.

    Returns:
        A learning rate; `None` if the loss never falls.

    Raises:
        ValueError: There is no such rule, or the numbers are no range test.

    Example:

    >>> rates = np.geomspace(1e-4, 1, 50)
    >>> rate = suggest(rates, 2 - np.tanh(np.log10(rates) + 2))
    >>> 1e-3 < rate < 1e-1
    True
    """
    check_name(rule, "suggestion", SUGGESTIONS)
    rising = bool(np.all(np.diff(np.asarray(rates, "float64")) > 0))
    if len(rates) != len(losses) or not rising:
        raise ValueError(
            f"Received: {len(rates)} rates and {len(losses)} losses. Expected "
            "as many losses as rates, and rates that rise. Pass those of one "
            "range test."
        )
    return SUGGESTIONS[rule](rates, losses)


def _longest_descent(losses: Array) -> list[int]:
    """The indices of a longest decreasing subsequence."""
    ends: list[int] = []  # of the best descent of each length, the last place
    before = np.full(len(losses), -1)
    for place, loss in enumerate(losses):
        length = bisect.bisect_left(ends, -loss, key=lambda end: -losses[end])
        before[place] = ends[length - 1] if length else -1
        ends[length : length + 1] = [place]
    descent, place = [], ends[-1]
    while place >= 0:
        descent.append(int(place))
        place = before[place]
    return descent[::-1]

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
from collections.abc import Callable
from collections.abc import Mapping

import numpy as np

from keras_ssl.finders.smoothing import Numbers
from keras_ssl.finders.smoothing import falling_curve
from keras_ssl.utils.registry import check_name
from keras_ssl.utils.typing import Array

GRAIN = 0.02  # of the range of the losses
BELOW = 10  # how far `minimum` stays below the rate of the lowest loss


def steepest(rates: Numbers, losses: Numbers) -> float | None:
    """Where the loss falls fastest over the logarithm of the rate.

    The first tenth, where chance may look like a fall, and whatever comes after
    the lowest loss are not looked at.

    Args:
        rates: Learning rates, rising by a constant factor.
        losses: The loss at each of them.

    Returns:
        One of the rates; `None` if the loss never falls.

    Example:

    >>> rates = np.geomspace(1e-5, 1, 101)
    >>> losses = 1 / (1 + (rates / 0.01) ** 2)
    >>> round(steepest(rates, losses), 4)
    0.01
    """
    curve = falling_curve(rates, losses)
    if curve is None:
        return None
    rates, losses = curve
    begin, end = len(rates) // 10, int(np.argmin(losses)) + 1
    slope = np.gradient(losses)
    if end - begin < 2:
        begin = 0
    return float(rates[begin + np.argmin(slope[begin:end])])


def valley(rates: Numbers, losses: Numbers) -> float | None:
    """The middle of the longest descent.

    The descent is the longest subsequence in which every loss is lower than the
    one before, by 2 % of the whole fall or more, so that the flat beginning
    does not count; the suggestion is its middle element.

    Args:
        rates: Learning rates, rising by a constant factor.
        losses: The loss at each of them.

    Returns:
        One of the rates; `None` if the loss never falls.

    Example:

    >>> rates = np.geomspace(1e-5, 1, 101)
    >>> losses = [9.0] * 30 + [*np.linspace(9, 1, 41)] + [9.0] * 30
    >>> round(valley(rates, losses), 3)
    0.002
    """
    curve = falling_curve(rates, losses)
    if curve is None:
        return None
    rates, losses = curve
    steps = np.round((losses - losses.min()) / (GRAIN * np.ptp(losses)))
    descent = _longest_descent(steps)
    return float(rates[descent[len(descent) // 2]])


def minimum(rates: Numbers, losses: Numbers) -> float | None:
    """A tenth of the rate at which the loss is lowest.

    Args:
        rates: Learning rates, rising by a constant factor.
        losses: The loss at each of them.

    Returns:
        A rate, which may be below all of `rates`; `None` if the loss never
        falls.

    Example:

    >>> rates = np.geomspace(1e-5, 1, 101)
    >>> round(minimum(rates, np.log10(rates / 0.1) ** 2), 4)
    0.01
    """
    curve = falling_curve(rates, losses)
    if curve is None:
        return None
    rates, losses = curve
    return float(rates[np.argmin(losses)] / BELOW)


def middle(rates: Numbers, losses: Numbers) -> float | None:
    """Halfway from `steepest` to the lowest loss, over the log of the rate.

    Args:
        rates: Learning rates, rising by a constant factor.
        losses: The loss at each of them.

    Returns:
        A rate; `None` if the loss never falls.

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


def slide(rates: Numbers, losses: Numbers) -> float | None:
    """The left end of the interval over which the slope stays the same.

    An interval of a tenth of the points slides from the lowest loss to smaller
    rates, as long as the loss falls more slowly at its right end than at its
    left. There it lies across the steepest part, and its left end is somewhat
    below `steepest`.

    Args:
        rates: Learning rates, rising by a constant factor.
        losses: The loss at each of them.

    Returns:
        One of the rates; `None` if the loss never falls.

    Example:

    >>> rates = np.geomspace(1e-5, 1, 101)
    >>> losses = 1 / (1 + (rates / 0.01) ** 2)
    >>> round(slide(rates, losses), 4)
    0.0056
    """
    curve = falling_curve(rates, losses)
    if curve is None:
        return None
    rates, losses = curve
    slope, width = np.gradient(losses), max(len(losses) // 10, 1)
    right = int(np.argmin(losses))
    while right > width and slope[right] > slope[right - width]:
        right -= 1
    return float(rates[max(right - width, 0)])


SUGGESTIONS: Mapping[str, Callable[[Numbers, Numbers], float | None]] = {
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
    rule = check_name(rule, "suggestion", dict(SUGGESTIONS))
    rising = bool(np.all(np.diff(np.asarray(rates, "float64")) > 0))
    if len(rates) != len(losses) or not rising:
        raise ValueError(
            f"Received: {len(rates)} rates and {len(losses)} losses. Expected "
            "as many losses as rates, and rates that rise. Pass those of one "
            "range test."
        )
    return SUGGESTIONS[rule](rates, losses)


def _longest_descent(losses: Array) -> list[int]:
    """Where the elements of a longest decreasing subsequence stand."""
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

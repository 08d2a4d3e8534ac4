"""Confidence intervals and p-values of differences between a few runs."""

import math
from collections.abc import Sequence
from typing import Any
from typing import NamedTuple

import numpy as np

from keras_ssl.utils.typing import Array

LEVEL = 0.95
TINY = 1e-12
MOST_PAIRS = 16


class Summary(NamedTuple):
    """The mean and the spread of some numbers.

    Args:
        mean: Their mean.
        deviation: Their standard deviation; `nan` of a single one.
        interval: Half the length of the 95 % interval of the mean, by Student's
            t; `nan` of a single one.
    """

    mean: float
    deviation: float
    interval: float


class Difference(NamedTuple):
    """The difference between two rows, over runs of equal seeds.

    Args:
        mean: Mean of the differences.
        deviation: Their standard deviation; `nan` of a single one.
        p: Two-sided p-value of the paired t-test; `nan` of a single one, and
            of several that are equal, as these tell nothing of their spread.
        p_exact: Two-sided p-value of the permutation test that flips the sign
            of each difference, over all `2**n`, or 65,536 random ones of more
            than 16. It cannot be below `2 / 2**n`: with 3 pairs 0.25, with 5
            pairs 0.06.
        pairs: How many seeds both rows have.
    """

    mean: float
    deviation: float
    p: float
    p_exact: float
    pairs: int


def summarize(values: Sequence[float]) -> Summary:
    """The mean of some numbers, and how certain it is.

    Args:
        values: At least one.

    Example:

    >>> found = summarize([81.0, 82.0, 83.0])
    >>> found.mean, found.deviation, round(found.interval, 2)
    (82.0, 1.0, 2.48)
    """
    mean = float(np.mean(values))
    if len(values) < 2:
        return Summary(mean, math.nan, math.nan)
    deviation = float(np.std(values, ddof=1))
    quantile = get_stats().t.ppf((1 + LEVEL) / 2, len(values) - 1)
    interval = float(quantile * deviation / math.sqrt(len(values)))
    return Summary(mean, deviation, interval)


def compare_pairs(ours: Sequence[float], theirs: Sequence[float]) -> Difference:
    """Differences of pairs, and how often chance alone makes as large ones.

    Args:
        ours: A number for each seed.
        theirs: A number of the control for each seed, in the same order.

    Example:

    >>> found = compare_pairs([82.1, 83.0, 81.9], [81.0, 82.2, 80.5])
    >>> round(found.mean, 2), round(found.p, 3), found.p_exact
    (1.1, 0.024, 0.25)
    """
    differences = np.subtract(ours, theirs)
    count = len(differences)
    mean = float(np.mean(differences))
    if count < 2:
        return Difference(mean, math.nan, math.nan, math.nan, count)
    deviation = float(np.std(differences, ddof=1))
    if deviation < TINY:  # all alike, but for rounding
        p = 1.0 if abs(mean) < TINY else math.nan
    else:
        p = float(get_stats().ttest_1samp(differences, 0).pvalue)
    return Difference(mean, deviation, p, _sign_flips(differences), count)


def holm(ps: Sequence[float]) -> list[float]:
    """Corrects p-values for the number of comparisons (Holm, 1979).

    The chance that any of several rows without effect stays below a level is no
    larger than that level.

    Args:
        ps: P-values; `nan` stays and does not count.

    Example:

    >>> holm([0.01, 0.04, 0.03])
    [0.03, 0.06, 0.06]
    """
    corrected = list(ps)
    order = sorted(
        (i for i, p in enumerate(ps) if not math.isnan(p)), key=lambda i: ps[i]
    )
    largest = 0.0
    for rank, i in enumerate(order):
        largest = max(largest, min(1.0, (len(order) - rank) * ps[i]))
        corrected[i] = largest
    return corrected


def _sign_flips(differences: Array) -> float:
    count = len(differences)
    if count <= MOST_PAIRS:
        flips = np.arange(2**count)[:, None] >> np.arange(count) & 1
    else:
        random = np.random.default_rng(0)
        flips = random.integers(2, size=(2**MOST_PAIRS, count))
        flips[0] = 0  # what was found is one of them
    means = (1 - 2 * flips) @ differences / count
    # Accuracies are rounded shares; equal means may differ in the last digit.
    return float(np.mean(np.abs(means) >= abs(means[0]) - TINY))


def get_stats() -> Any:
    """`scipy.stats`, or an error that says how to get it.

    Example:

    >>> get_stats().__name__
    'scipy.stats'
    """
    try:
        from scipy import stats
    except ImportError as error:
        raise ImportError(
            "Received: no SciPy. Expected it for p-values and intervals. Run "
            '`pip install "keras_ssl[study]"`.'
        ) from error
    return stats

"""The labels that a control needs for an accuracy, with an interval."""

import itertools
import math
from collections.abc import Mapping
from collections.abc import Sequence

import numpy as np

from keras_ssl.utils.typing import Array

DRAWS, QUANTILES = 2000, (0.025, 0.975)


def labels_for(goal: float, means: Mapping[int, float]) -> float:
    """The number of labels at which a control reaches an accuracy.

    Between two numbers that were measured it is a straight line over the
    logarithm. More labels are not taken to be worse, though a few runs may say
    so.

    Args:
        goal: The accuracy.
        means: Accuracy of the control by number of labels, in ascending order.

    Returns:
        A number of labels; `inf` if the control does not get there with the
        most, 0 if it is above with the fewest.

    Example:

    >>> round(labels_for(0.7, {10: 0.6, 1000: 0.8}))
    100
    """
    counts = list(means)
    highest = np.maximum.accumulate(list(means.values()))
    if goal < highest[0]:
        return 0.0
    if goal > highest[-1]:
        return math.inf
    place = int(np.searchsorted(highest, goal))  # the first that is there
    if place == 0:
        return float(counts[0])
    segment = slice(place - 1, place + 1)
    return float(
        np.exp(np.interp(goal, highest[segment], np.log(counts[segment])))
    )


def draw_interval(
    own: Mapping[int, float],
    controls: Mapping[int, Sequence[Mapping[int, float]]],
) -> tuple[float, float]:
    """A 95 % interval of `labels_for`, by bootstrap over the seeds.

    Args:
        own: Accuracy of the row by seed.
        controls: By number of labels, the accuracy of each control by seed.

    Returns:
        Lowest and highest of the middle 95 % of what 2,000 draws of as many
        seeds, with replacement, are worth; `nan` of a single seed.

    Example:

    >>> controls = {10: [{0: 0.6, 1: 0.6}], 1000: [{0: 0.8, 1: 0.8}]}
    >>> low, high = draw_interval({0: 0.6, 1: 0.8}, controls)
    >>> round(low), round(high)
    (10, 1000)
    """
    seeds = sorted(set(own).intersection(*itertools.chain(*controls.values())))
    if len(seeds) < 2:
        return math.nan, math.nan
    random = np.random.default_rng(0)
    found = []
    for draw in random.choice(seeds, (DRAWS, len(seeds))):
        means = {
            count: max(_mean(runs, draw) for runs in each)
            for count, each in controls.items()
        }
        found.append(labels_for(_mean(own, draw), means))
    low, high = np.quantile(found, QUANTILES, method="inverted_cdf")
    return float(low), float(high)


def _mean(runs: Mapping[int, float], seeds: Array) -> float:
    return float(np.mean([runs[seed] for seed in seeds]))

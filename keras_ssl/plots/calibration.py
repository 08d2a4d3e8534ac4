"""Calibration: whether a model is right as often as it is sure."""

from collections.abc import Sequence
from typing import TYPE_CHECKING
from typing import NamedTuple

import numpy as np

from keras_ssl.plots.axes import COLORS
from keras_ssl.plots.axes import get_axes
from keras_ssl.utils.typing import Array

if TYPE_CHECKING:
    from matplotlib.axes import Axes


class Bin(NamedTuple):
    """The images whose largest probability lies in one interval.

    Args:
        low: Lower end of the interval, excluded unless it is 0.
        high: Upper end, included.
        images: How many these are, at least 1.
        confidence: Mean of their largest probabilities.
        accuracy: Share of them that is classified correctly.
    """

    low: float
    high: float
    images: int
    confidence: float
    accuracy: float


def calibration_bins(
    probabilities: Array, labels: Array, num_bins: int = 10
) -> list[Bin]:
    """Compares confidence with accuracy, in intervals of equal width.

    Args:
        probabilities: Of shape (n, classes); each row sums to 1.
        labels: Integers of shape (n,).
        num_bins: Number of intervals between 0 and 1.

    Returns:
        The intervals that hold an image, from low to high confidence.

    Example:
    >>> calibration_bins([[0.75, 0.25], [1.0, 0.0]], [0, 1], num_bins=2)
    [Bin(low=0.5, high=1.0, images=2, confidence=0.875, accuracy=0.5)]

    Reference:
        [Guo et al., 2017](https://arxiv.org/abs/1706.04599), section 2.
    """
    probabilities = np.asarray(probabilities, "float64")
    confidence = probabilities.max(axis=1)
    right = probabilities.argmax(axis=1) == np.asarray(labels)
    edges = np.linspace(0, 1, num_bins + 1)
    number = np.digitize(confidence, edges[1:-1], right=True)
    bins = []
    for index in np.unique(number):
        members = number == index
        bins.append(
            Bin(
                low=float(edges[index]),
                high=float(edges[index + 1]),
                images=int(members.sum()),
                confidence=float(confidence[members].mean()),
                accuracy=float(right[members].mean()),
            )
        )
    return bins


def expected_calibration_error(bins: list[Bin]) -> float:
    """Mean distance of confidence and accuracy, weighted by images.

    Args:
        bins: What `calibration_bins` returns.

    Returns:
        A number from 0, where the model knows how often it is right, to 1.

    Example:
    >>> expected_calibration_error([Bin(0.5, 1.0, 2, 0.75, 0.5)])
    0.25

    Reference:
        [Guo et al., 2017](https://arxiv.org/abs/1706.04599), equation 3.
    """
    gaps = (each.images * abs(each.confidence - each.accuracy) for each in bins)
    return sum(gaps) / sum(each.images for each in bins)


def plot_calibration(
    bins: Sequence[Bin], *, ax: "Axes | None" = None
) -> "Axes":
    """Draws a reliability diagram: accuracy over confidence, in percent.

    The bars of a well calibrated model end on the diagonal: below it the model
    is too sure, above it not sure enough. The number of images stands on each
    bar.

    Args:
        bins: What `calibration_bins` returns.
        ax: Matplotlib axes to draw on; those of a new figure by default.

    Returns:
        The Matplotlib axes.

    Raises:
        ImportError: Matplotlib is not installed.

    Example:
    >>> ax = plot_calibration([Bin(0.5, 1.0, 20, 0.8, 0.75)])
    >>> round(ax.patches[0].get_height())
    75
    """
    ax = get_axes(ax, (4.6, 3.6))
    bars = ax.bar(
        [100 * each.low for each in bins],
        [100 * each.accuracy for each in bins],
        [100 * (each.high - each.low) for each in bins],
        align="edge",
        color=COLORS[0],
        edgecolor="white",
    )
    ax.bar_label(bars, labels=[str(each.images) for each in bins], fontsize=8)
    ax.plot([0, 100], [0, 100], "--", color="0.1", label="Calibrated")
    ax.set(xlim=(0, 100), ylim=(0, 108))
    ax.set_xlabel("Confidence (%)")
    ax.set_ylabel("Accuracy (%)")
    ax.legend(loc="lower left", bbox_to_anchor=(0, 1), frameon=False)
    ax.spines[["top", "right"]].set_visible(False)
    return ax

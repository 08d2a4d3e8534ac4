"""Accuracy against the number of labels."""

from collections.abc import Mapping
from collections.abc import Sequence
from itertools import cycle
from typing import TYPE_CHECKING

import numpy as np

from keras_ssl.report.axes import COLORS
from keras_ssl.report.axes import get_axes

if TYPE_CHECKING:
    from matplotlib.axes import Axes


def plot_label_curve(
    values: Mapping[int, Mapping[str, Sequence[float]]],
    *,
    ax: "Axes | None" = None,
) -> "Axes":
    """Draws the mean of each row against the number of labels, and every run.

    Args:
        values: By number of labels and row, accuracies of runs, from 0 to 1.
        ax: Matplotlib axes to draw on; those of a new figure by default.

    Returns:
        The Matplotlib axes, whose horizontal one is logarithmic.

    Raises:
        ImportError: Matplotlib is not installed.

    Example:
    >>> ax = plot_label_curve({40: {"control": [0.6]}, 250: {"control": [0.8]}})
    >>> ax.lines[0].get_ydata().tolist()
    [60.0, 80.0]
    """
    ax = get_axes(ax, (5.5, 4.0))
    rows = list(dict.fromkeys(row for each in values.values() for row in each))
    for row, color in zip(rows, cycle(COLORS), strict=False):
        runs = {
            count: 100 * np.asarray(each[row])
            for count, each in values.items()
            if row in each
        }
        means = [float(each.mean()) for each in runs.values()]
        ax.plot(list(runs), means, color=color, label=row, marker="_")
        for count, each in runs.items():
            ax.scatter([count] * len(each), each, s=12, color=color, alpha=0.5)
    ax.set_xscale("log")
    ax.set_xticks(list(values), [f"{count:,}" for count in values])
    ax.minorticks_off()
    ax.set_xlabel("Labels")
    ax.set_ylabel("Test accuracy (%)")
    ax.grid(color="0.9")
    ax.legend(frameon=False)
    ax.spines[["top", "right"]].set_visible(False)
    return ax

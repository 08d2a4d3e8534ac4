"""The trials of a search for the augmentation."""

from collections.abc import Mapping
from collections.abc import Sequence
from typing import TYPE_CHECKING
from typing import Any

from keras_ssl.report.axes import COLORS
from keras_ssl.report.axes import get_axes

if TYPE_CHECKING:
    from matplotlib.axes import Axes


def plot_augmentation_search(
    baseline: float,
    trials: Sequence[Mapping[str, Any]],
    *,
    ax: "Axes | None" = None,
) -> "Axes":
    """Draws the accuracy of each trial, and the line of what was kept.

    Args:
        baseline: Accuracy without augmentation, from 0 to 1.
        trials: In order, each with its "name", "accuracy", standard "error" and
            whether it was "kept".
        ax: Matplotlib axes to draw on; those of a new figure by default.

    Returns:
        The Matplotlib axes.

    Raises:
        ImportError: Matplotlib is not installed.

    Example:
    >>> trial = {"name": "mirror", "accuracy": 0.8, "error": 0.01, "kept": True}
    >>> ax = plot_augmentation_search(0.7, [trial])
    >>> [label.get_text() for label in ax.get_xticklabels()]
    ['none', 'mirror']
    """
    ax = get_axes(ax, (6.0, 4.0))
    best, line = baseline, [baseline]
    for place, trial in enumerate(trials, start=1):
        ax.errorbar(
            place,
            100 * trial["accuracy"],
            yerr=100 * trial["error"],
            fmt="o",
            color=COLORS[0] if trial["kept"] else "0.6",
            capsize=2,
        )
        best = trial["accuracy"] if trial["kept"] else best
        line.append(best)
    places = range(len(line))
    ax.step(
        places, [100 * each for each in line], where="post", color=COLORS[0]
    )
    names = ["none", *(trial["name"] for trial in trials)]
    ax.set_xticks(places, names, rotation=90)
    ax.set_ylabel("Validation accuracy (%)")
    ax.spines[["top", "right"]].set_visible(False)
    return ax

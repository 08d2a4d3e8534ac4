"""Precision, recall and F1 of each class."""

from collections.abc import Mapping
from collections.abc import Sequence
from typing import TYPE_CHECKING

import numpy as np

from keras_ssl.plots.axes import COLORS
from keras_ssl.plots.axes import get_axes
from keras_ssl.plots.axes import short_names
from keras_ssl.utils.typing import Array

if TYPE_CHECKING:
    from matplotlib.axes import Axes

MOST_BARS = 30  # classes that fit into a figure


def class_scores(confusion: Array) -> list[dict[str, float]]:
    """Precision, recall and F1 of each class.

    With TP, FP and FN of the class: precision = TP / (TP + FP), recall =
    TP / (TP + FN), F1 = 2 TP / (2 TP + FP + FN). What would be 0 / 0 is NaN:
    the precision of a class that is never predicted, the recall of a class
    without images.

    Args:
        confusion: Counts of shape (classes, classes), true classes in rows.

    Returns:
        A dictionary for each class: `precision`, `recall`, `f1` from 0 to 1,
        and `images`, the number of images of this class.

    Example:
    >>> class_scores([[1, 1], [0, 2]])[0]
    {'precision': 1.0, 'recall': 0.5, 'f1': 0.6666666666666666, 'images': 2}
    """
    counts = np.asarray(confusion)
    right, true = counts.diagonal(), counts.sum(axis=1)
    predicted = counts.sum(axis=0)
    with np.errstate(invalid="ignore"):
        scores = {
            "precision": right / predicted,
            "recall": right / true,
            "f1": 2 * right / (predicted + true),
            "images": true,
        }
    rows = zip(*(each.tolist() for each in scores.values()), strict=True)
    return [dict(zip(scores, row, strict=True)) for row in rows]


def plot_class_scores(
    scores: Sequence[Mapping[str, float]],
    class_names: Sequence[str] | None = None,
    *,
    rows: int = MOST_BARS,
    ax: "Axes | None" = None,
) -> "Axes":
    """Draws precision and recall of each class as bars, in percent.

    Args:
        scores: What `class_scores` returns.
        class_names: Name of each class, in place of its index.
        rows: Largest number of classes; of more, those with the lowest F1.
        ax: Matplotlib axes to draw on; those of a new figure by default.

    Returns:
        The Matplotlib axes.

    Raises:
        ImportError: Matplotlib is not installed.

    Example:
    >>> ax = plot_class_scores(class_scores([[3, 1], [0, 4]]), ["cat", "dog"])
    >>> [label.get_text() for label in ax.get_yticklabels()]
    ['cat', 'dog']
    """
    names = short_names(
        range(len(scores)) if class_names is None else class_names
    )
    f1 = np.nan_to_num([each["f1"] for each in scores])
    shown = np.sort(np.argsort(f1, kind="stable")[:rows])
    ax = get_axes(ax, (4.6, 1.4 + 0.3 * len(shown)))
    places = np.arange(len(shown))
    for index, name in enumerate(("precision", "recall")):
        values = [100 * scores[each][name] for each in shown]
        ax.barh(
            places + 0.4 * index - 0.2,
            np.nan_to_num(values),
            0.36,
            color=COLORS[index],
            label=name.capitalize(),
        )
    ax.set_yticks(places, [names[each] for each in shown], parse_math=False)
    ax.set(xlim=(0, 100), ylim=(len(shown) - 0.5, -0.5))
    ax.set_xlabel("Precision and recall (%)")
    ax.spines[["top", "right"]].set_visible(False)
    ax.legend(
        loc="lower center", bbox_to_anchor=(0.5, 1), ncols=2, frameon=False
    )
    return ax

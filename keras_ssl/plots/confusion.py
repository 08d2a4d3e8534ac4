"""The confusion matrix: which class is taken for which."""

from collections.abc import Sequence
from typing import TYPE_CHECKING
from typing import Any

import numpy as np

from keras_ssl.plots.axes import get_axes
from keras_ssl.plots.axes import short_names
from keras_ssl.utils.typing import Array

if TYPE_CHECKING:
    from matplotlib.axes import Axes

MOST_NUMBERS = 20  # classes beyond which a cell has no room for its number
MOST_NAMES = 40  # classes beyond which an axis has no room for their names


def confusion_matrix(
    labels: Array, predictions: Array, num_classes: int
) -> Array:
    """Counts the images of each true class by predicted class.

    Args:
        labels: Integers of shape (n,), from 0 to `num_classes - 1`.
        predictions: Integers of shape (n,), from 0 to `num_classes - 1`.
        num_classes: Number of classes.

    Returns:
        Integers of shape (num_classes, num_classes): a row for each true
        class, a column for each predicted class.

    Example:
    >>> confusion_matrix([0, 0, 1], [0, 1, 1], 2).tolist()
    [[1, 1], [0, 1]]
    """
    cells = np.asarray(labels) * num_classes + np.asarray(predictions)
    counts = np.bincount(cells, minlength=num_classes**2)
    return counts.reshape(num_classes, num_classes)


def frequent_confusions(
    confusion: Array, at_most: int = 3
) -> list[tuple[int, int, int]]:
    """The pairs of classes that are mistaken most often.

    Args:
        confusion: Counts of shape (classes, classes), true classes in rows.
        at_most: Number of pairs.

    Returns:
        Tuples `(true class, predicted class, images)`, most frequent first.

    Example:
    >>> frequent_confusions([[5, 0, 1], [3, 5, 0], [0, 0, 9]])
    [(1, 0, 3), (0, 2, 1)]
    """
    mistakes = np.array(confusion)
    np.fill_diagonal(mistakes, 0)
    order = np.argsort(-mistakes, axis=None, kind="stable")[:at_most]
    cells = zip(*np.unravel_index(order, mistakes.shape), strict=True)
    pairs = [(int(i), int(j), int(mistakes[i, j])) for i, j in cells]
    return [pair for pair in pairs if pair[2]]


def plot_confusion(
    confusion: Array,
    class_names: Sequence[str] | None = None,
    *,
    ax: "Axes | None" = None,
) -> "Axes":
    """Draws a confusion matrix: the share of each true class, and the counts.

    Args:
        confusion: Counts of shape (classes, classes), true classes in rows.
        class_names: Name of each class, in place of its index.
        ax: Matplotlib axes to draw on; those of a new figure by default.

    Returns:
        The Matplotlib axes.

    Raises:
        ImportError: Matplotlib is not installed.

    Example:
    >>> ax = plot_confusion([[3, 1], [0, 4]], ["cat", "dog"])
    >>> [text.get_text() for text in ax.texts]
    ['3', '1', '4']
    """
    counts = np.asarray(confusion)
    size = len(counts)
    ax = get_axes(ax, (4.6, 4.4))
    shares = counts / np.maximum(counts.sum(axis=1, keepdims=True), 1)
    ax.imshow(shares, cmap="Blues", vmin=0, vmax=1)
    if size <= MOST_NUMBERS:
        _write_counts(ax, counts, shares)
    if size <= MOST_NAMES:
        _write_names(ax, range(size) if class_names is None else class_names)
    ax.set_xlabel("Predicted class")
    ax.set_ylabel("True class")
    return ax


def _write_counts(ax: "Axes", counts: Array, shares: Array) -> None:
    size = 9 if len(counts) <= 12 else 6
    for row, column in np.argwhere(counts):
        dark = shares[row, column] > 0.5
        ax.text(
            column,
            row,
            str(counts[row, column]),
            color="white" if dark else "black",
            fontsize=size,
            ha="center",
            va="center",
        )


def _write_names(ax: "Axes", class_names: Sequence[Any]) -> None:
    names, places = short_names(class_names), range(len(class_names))
    turned = 90 if max(map(len, names)) > 3 else 0
    ax.set_xticks(places, names, rotation=turned, parse_math=False)
    ax.set_yticks(places, names, parse_math=False)
    ax.tick_params(length=0, labelsize=10 if len(names) <= MOST_NUMBERS else 6)

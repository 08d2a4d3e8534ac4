"""How well a classifier does, class by class: numbers for every figure."""

from collections.abc import Sequence
from dataclasses import dataclass
from functools import cached_property
from typing import Any

import numpy as np

from keras_ssl.plots.calibration import Bin
from keras_ssl.plots.calibration import calibration_bins
from keras_ssl.plots.calibration import expected_calibration_error
from keras_ssl.plots.class_scores import class_scores
from keras_ssl.plots.confusion import confusion_matrix
from keras_ssl.utils.typing import Array


@dataclass(frozen=True)
class Classification:
    """Confusion matrix, per-class scores and calibration of a classifier.

    Make it with `Classification.measure`.

    Args:
        class_names: Name of each class.
        confusion: Counts, a list for each true class.
        bins: Confidence and accuracy in intervals of confidence.

    Example:
    >>> result = Classification.measure([[0.9, 0.1], [0.4, 0.6]], [0, 1])
    >>> result.accuracy, round(result.calibration_error, 2)
    (1.0, 0.25)
    """

    class_names: list[str]
    confusion: list[list[int]]
    bins: list[Bin]

    @classmethod
    def measure(
        cls,
        probabilities: Any,
        labels: Any,
        *,
        class_names: Sequence[Any] | None = None,
        num_bins: int = 10,
    ) -> "Classification":
        """Compares predictions with labels.

        Args:
            probabilities: Of shape (n, classes), or (n,) or (n, 1) for the
                second of two classes.
            labels: Integers of shape (n,) or (n, 1), or one-hot (n, classes).
            class_names: Name of each class; its index by default.
            num_bins: Intervals of confidence.

        Raises:
            ValueError: These are no probabilities, or not as many as labels,
                or a label is none of the classes, or a class has no name.

        Example:
        >>> Classification.measure([0.2, 0.8], [0, 1]).confusion
        [[1, 0], [0, 1]]
        """
        p, y = read_predictions(probabilities, labels)
        num_classes = p.shape[1]
        given = range(num_classes) if class_names is None else class_names
        names = [str(each) for each in given]
        if len(names) != num_classes:
            raise ValueError(
                f"Received: {len(names)} class names with {num_classes} "
                "classes. Expected a name for each class. Name them all, in "
                "the order of the outputs."
            )
        confusion = confusion_matrix(y, p.argmax(axis=1), num_classes)
        bins = calibration_bins(p, y, num_bins)
        return cls(names, confusion.tolist(), bins)

    @cached_property
    def scores(self) -> list[dict[str, float]]:
        """Precision, recall, F1 and number of images of each class."""
        return class_scores(self.confusion)

    @property
    def worst(self) -> int:
        """Index of the class with the lowest F1."""
        f1 = np.array([each["f1"] for each in self.scores])
        return int(np.nanargmin(f1))

    @property
    def images(self) -> int:
        """Number of images."""
        return int(np.sum(self.confusion))

    @property
    def accuracy(self) -> float:
        """Share of images that are classified correctly, from 0 to 1."""
        return float(np.trace(self.confusion) / self.images)

    @property
    def confidence(self) -> float:
        """Mean of the largest probability of each image, from 0 to 1."""
        return sum(b.images * b.confidence for b in self.bins) / self.images

    @property
    def calibration_error(self) -> float:
        """Expected calibration error, from 0 to 1."""
        return expected_calibration_error(self.bins)


def read_predictions(probabilities: Any, labels: Any) -> tuple[Array, Array]:
    """Brings the outputs and labels of any classifier to one form.

    Args:
        probabilities: Of shape (n, classes), or (n,) or (n, 1) for the second
            of two classes.
        labels: Integers of shape (n,) or (n, 1), or one-hot (n, classes).

    Returns:
        Probabilities of shape (n, classes) and integers of shape (n,).

    Raises:
        ValueError: These are no probabilities, or not as many as labels, or
            a label is none of the classes.

    Example:
    >>> read_predictions([0.2, 0.75], [[0], [1]])[0].tolist()
    [[0.8, 0.2], [0.25, 0.75]]
    """
    p, y = np.asarray(probabilities, "float64"), np.asarray(labels)
    if p.ndim == 1 or p.shape[1] == 1:
        p = np.stack([1 - p.ravel(), p.ravel()], axis=1)
    y = y.argmax(axis=1) if y.ndim == 2 and y.shape[1] > 1 else y.ravel()
    _check_probabilities(p)
    if len(y) != len(p) or not len(y):
        raise ValueError(
            f"Received: {len(p)} predictions and {len(y)} labels. Expected as "
            "many of both, and at least one. Pass both of the same images."
        )
    if y.min() < 0 or y.max() >= p.shape[1]:
        raise ValueError(
            f"Received: labels from {y.min()} to {y.max()} with {p.shape[1]} "
            f"classes. Expected labels from 0 to {p.shape[1] - 1}. Number the "
            "classes from 0."
        )
    return p, y.astype(int)


def _check_probabilities(p: Array) -> None:
    sums = p.sum(axis=1)
    if not (p >= -1e-3).all() or not (abs(sums - 1) < 1e-2).all():
        raise ValueError(
            f"Received: rows from {p.min():.3g} to {p.max():.3g} that sum to "
            f"{sums.min():.3g} at least and {sums.max():.3g} at most. Expected "
            "probabilities, which sum to 1 in each row. Pass "
            "`keras.ops.softmax(logits)`."
        )

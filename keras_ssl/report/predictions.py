"""What any classifier returns, brought to one form."""

from typing import Any

import numpy as np

from keras_ssl.utils.typing import Array


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

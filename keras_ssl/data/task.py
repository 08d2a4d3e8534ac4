"""What is learned: one class an image, or a task that cannot be trained here.

`fit`, `keras_ssl.train` and `keras_ssl.inspect` all ask here.
"""

from typing import Any

import numpy as np

from keras_ssl.utils.typing import Array

SPARSE = {"sparsecategoricalcrossentropy": "SparseCategoricalCrossentropy"}
CATEGORICAL = {
    "categoricalcrossentropy": "CategoricalCrossentropy",
    "categoricalfocalcrossentropy": "CategoricalFocalCrossentropy",
}
KNOWN = {**SPARSE, **CATEGORICAL}
# Losses that do not take integers for classes, whatever else they are used for.
REGRESSION = {
    *("meansquarederror", "mse", "meanabsoluteerror", "mae", "huber"),
    *("meanabsolutepercentageerror", "mape", "logcosh", "poisson"),
    *("meansquaredlogarithmicerror", "msle", "cosinesimilarity"),
}
TOLERANCE = 0.01  # of the sum of a row of probabilities

ADVICE = {
    "binary": "Give a network that tells two classes apart two outputs, with "
    '`loss="sparse_categorical_crossentropy"` and labels 0 and 1.',
    "multi-label": "If an image has one class, encode it with "
    '`keras.utils.to_categorical` and compile with `loss="categorical_'
    'crossentropy"`; else train the network itself, without unlabeled images.',
    "regression": "If labels are classes, compile with "
    '`loss="sparse_categorical_crossentropy"`; else train the network itself, '
    "without unlabeled images.",
}


def find_task(width: int, labels: str, loss: Any) -> str:
    """Tells what is learned.

    Args:
        width: Of the model's output.
        labels: The form of the labels: "integer", "one-hot", "soft" or
            "multi-hot".
        loss: What the model was compiled with, or None.

    Returns:
        "binary" for one output, "multi-label" where an image can have several
        classes, "regression" for numbers, else "classification".

    Example:
    >>> find_task(5, "multi-hot", "binary_crossentropy")
    'multi-label'
    """
    if width == 1 and (loss is None or is_binary(loss)):
        return "binary"
    if labels in ("integer", "multi-hot") and is_regression(loss):
        return "regression"
    if labels == "multi-hot" or (labels != "integer" and is_binary(loss)):
        return "multi-label"
    return "classification"


def check_task(task: str) -> None:
    """Raises `ValueError` unless each image has one class of several."""
    if task == "classification":
        return
    raise ValueError(
        f"Received: a task of the kind {task!r}. Expected one of classes that "
        "exclude one another, with an output for each class. " + ADVICE[task]
    )


def label_form(y: Array) -> str:
    """The form of labels of shape (n,), (n, 1) or (n, num_classes).

    Returns:
        "integer"; for rows that sum to 1 "one-hot", or "soft" if they are
        fractions; "multi-hot" for all other rows.

    Example:
    >>> label_form(np.eye(3)), label_form(np.ones((2, 3)))
    ('one-hot', 'multi-hot')
    """
    if y.ndim < 2 or y.shape[1] == 1:
        return "integer"
    if len(broken_rows(y)):
        return "multi-hot"
    return "one-hot" if bool(((y == 0) | (y == 1)).all()) else "soft"


def broken_rows(y: Array) -> Array:
    """Which rows (n, num_classes) are no probabilities of one class each."""
    rows = y.astype("float32")
    far = np.abs(rows.sum(axis=1) - 1) > TOLERANCE
    return np.flatnonzero(far | (rows.min(axis=1) < -TOLERANCE))


def find_loss(loss: Any) -> str | None:
    """The class of a categorical loss, or None if it is another one."""
    return next((KNOWN[name] for name in _names(loss) if name in KNOWN), None)


def is_binary(loss: Any) -> bool:
    """Tells whether a loss is a binary cross-entropy."""
    return any(name == "bce" or "binary" in name for name in _names(loss))


def is_regression(loss: Any) -> bool:
    """Tells whether a loss compares numbers."""
    return any(name in REGRESSION for name in _names(loss))


def loss_name(loss: Any) -> str | None:
    """Returns how a loss is called, None for no loss."""
    if loss is None or isinstance(loss, str):
        return loss
    return getattr(loss, "__name__", type(loss).__name__)


def _names(loss: Any) -> list[str]:
    """What a loss and its parents are called, in small letters."""
    if isinstance(loss, list | tuple) and len(loss) == 1:
        (loss,) = loss  # as Keras takes it for a model with one output
    loss = getattr(loss, "func", loss)  # of a `functools.partial`
    if isinstance(loss, str):
        names = [loss]
    elif hasattr(loss, "__name__"):
        names = [loss.__name__]
    else:
        names = [each.__name__ for each in type(loss).__mro__]
    return [name.lower().replace("_", "") for name in names]

"""Whether labels, outputs and loss fit together, before training starts."""

from typing import Any

import numpy as np

from keras_ssl.data.arrays import describe
from keras_ssl.data.arrays import to_numpy
from keras_ssl.utils.typing import Array

SPARSE = {"sparsecategoricalcrossentropy": "SparseCategoricalCrossentropy"}
CATEGORICAL = {
    "categoricalcrossentropy": "CategoricalCrossentropy",
    "categoricalfocalcrossentropy": "CategoricalFocalCrossentropy",
}
KNOWN = {**SPARSE, **CATEGORICAL}


def check_labels(y: Array, num_classes: int, loss: Any) -> None:
    """Checks that labels have the form that the loss expects.

    Args:
        y: Labels of shape (n,), (n, 1) or (n, num_classes).
        num_classes: Width of the model's output.
        loss: What `compile` was given: a name, a `keras.losses.Loss` or a
            function. Labels for a loss that is not known are not checked.

    Raises:
        ValueError: The labels are text, one-hot for a sparse loss, integers for
            a categorical one, of another width, or outside of 0 to
            `num_classes` - 1; or there is one output only.

    Example:
    >>> check_labels(np.array([0, 9]), 10, "sparse_categorical_crossentropy")
    """
    _check_classes(num_classes)
    y = to_numpy(y)
    if y.dtype.kind not in "biuf":
        raise ValueError(
            f"The labels are not numbers. Received: labels of type {y.dtype}. "
            f"Expected integers from 0 to {num_classes - 1}. Number the "
            "classes, for example with "
            "`numpy.unique(y, return_inverse=True)[1]`."
        )
    name = _find_name(loss)
    if name in SPARSE.values():
        _check_sparse(y, num_classes)
    elif name in CATEGORICAL.values():
        _check_one_hot(y, num_classes)


def check_outputs(outputs: Array, loss: Any) -> str:
    """Tells logits from probabilities, and checks that the loss agrees.

    Args:
        outputs: What the model gives for a few images, of shape
            (n, num_classes).
        loss: What `compile` was given.

    Returns:
        "probabilities" if no output is negative and each row sums to 1 within
        0.01, else "logits".

    Raises:
        ValueError: A cross-entropy expects the other kind; there are NaN or
            infinite outputs; or the outputs are not of shape (n, num_classes).

    Example:
    >>> check_outputs(np.array([[0.9, 0.1]]), "categorical_crossentropy")
    'probabilities'
    """
    outputs = to_numpy(outputs).astype("float32")
    if outputs.ndim != 2:
        raise ValueError(
            "The model is not a classifier of images. Received: outputs "
            f"of shape {outputs.shape}. Expected (n, num_classes). End the "
            "model with pooling or flattening and a dense layer."
        )
    _check_classes(outputs.shape[1])
    if not np.isfinite(outputs).all():
        raise ValueError(
            "The model does not give numbers. Received: NaN or infinite "
            "outputs. Expected finite ones. Check the weights that were "
            "loaded, and the range of the images."
        )
    sums = np.abs(outputs.sum(axis=1) - 1)
    softmax = outputs.min() >= 0 and sums.max() <= 1e-2
    kind = "probabilities" if softmax else "logits"
    _check_loss(kind, loss, outputs)
    return kind


def _check_classes(num_classes: int) -> None:
    if num_classes < 2:
        raise ValueError(
            "The model has one output only. Received: num_classes="
            f"{num_classes}. Expected two classes or more, as only softmax "
            "classification is supported. For two classes use "
            "`Dense(2)` with labels 0 and 1 and "
            '`loss="sparse_categorical_crossentropy"` (with a softmax) in '
            "place of `Dense(1)` with a sigmoid."
        )


def _find_name(loss: Any) -> str | None:
    """Returns the class of a loss, or None if it is not a known one."""
    loss = getattr(loss, "func", loss)
    if isinstance(loss, str):
        names = [loss]
    elif hasattr(loss, "__name__"):
        names = [loss.__name__]
    else:
        names = [each.__name__ for each in type(loss).__mro__]
    plain = (name.lower().replace("_", "") for name in names)
    return next((KNOWN[name] for name in plain if name in KNOWN), None)


def _check_sparse(y: Array, num_classes: int) -> None:
    if y.ndim > 2 or (y.ndim == 2 and y.shape[1] != 1):
        raise ValueError(
            f"The loss expects integer labels. Received: {describe(y)} and a "
            "sparse categorical loss. Expected shape (n,) or (n, 1). Use "
            '`loss="categorical_crossentropy"` (with the same `from_logits`) '
            "for one-hot labels, or pass `y.argmax(axis=-1)`."
        )
    low, high = y.min(), y.max()
    if low >= 0 and high < num_classes:
        return
    if low == -1:
        fix = "Images marked as unlabeled by -1 belong into `unlabeled_data`."
    elif low == 1 and high == num_classes:
        fix = (
            "Labels count from 0: pass `y - 1` if yours count from 1, else "
            "give the last layer one more output."
        )
    else:
        fix = "Renumber the labels, or give the last layer more outputs."
    raise ValueError(
        f"Some labels are not classes of the model. Received: labels from "
        f"{low} to {high}, and a model with {num_classes} outputs. Expected "
        f"integers from 0 to {num_classes - 1}. {fix}"
    )


def _check_one_hot(y: Array, num_classes: int) -> None:
    if y.ndim == 1 or y.shape[-1] == 1:
        raise ValueError(
            f"The loss expects one-hot labels. Received: {describe(y)} and a "
            f"categorical loss. Expected shape (n, {num_classes}). Use "
            '`loss="sparse_categorical_crossentropy"` (with the same '
            "`from_logits`) for integer labels, or pass "
            f"`keras.utils.to_categorical(y, {num_classes})`."
        )
    if y.shape[-1] != num_classes:
        raise ValueError(
            f"The labels have another number of classes. Received: "
            f"{describe(y)}, and a model with {num_classes} outputs. Expected "
            f"shape (n, {num_classes}). Give the last layer {y.shape[-1]} "
            "outputs, or encode the labels again."
        )


def _check_loss(kind: str, loss: Any, outputs: Array) -> None:
    name = _find_name(loss)
    partial = getattr(loss, "keywords", {})
    from_logits = getattr(loss, "from_logits", partial.get("from_logits"))
    if name is None or bool(from_logits) == (kind == "logits"):
        return
    if kind == "logits":
        raise ValueError(
            "The model gives logits, and the loss expects probabilities. "
            f"Received: outputs from {outputs.min():.3g} to "
            f"{outputs.max():.3g} whose rows do not sum to 1, and a "
            f"`{name}` with from_logits=False. Expected both of a kind. "
            f"Compile with `loss=keras.losses.{name}(from_logits=True)`, or "
            'end the model with `activation="softmax"`.'
        )
    raise ValueError(
        "The model gives probabilities, and the loss expects logits. "
        "Received: outputs whose rows sum to 1, and a "
        f"`{name}` with from_logits=True. Expected both of a kind. Compile "
        f"with `loss=keras.losses.{name}()`, or remove the softmax from the "
        "end of the model."
    )

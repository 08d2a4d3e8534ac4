"""Whether labels, outputs and loss fit together, before training starts."""

from typing import Any

import numpy as np

from keras_ssl.data.arrays import check_type
from keras_ssl.data.arrays import describe
from keras_ssl.data.arrays import to_numpy
from keras_ssl.data.pixels import name_rows
from keras_ssl.data.task import CATEGORICAL
from keras_ssl.data.task import SPARSE
from keras_ssl.data.task import broken_rows
from keras_ssl.data.task import check_task
from keras_ssl.data.task import find_loss
from keras_ssl.data.task import find_task
from keras_ssl.data.task import is_binary
from keras_ssl.data.task import label_form
from keras_ssl.data.task import loss_name
from keras_ssl.utils.typing import Array


def check_labels(y: Array, num_classes: int, loss: Any) -> None:
    """Checks that labels have the form that the loss expects.

    Args:
        y: Labels of shape (n,), (n, 1) or (n, num_classes).
        num_classes: Width of the model's output.
        loss: What `compile` was given: a name, a `keras.losses.Loss` or a
            function. A loss of one's own takes labels of either form. Labels
            that are its `ignore_class` are no class.

    Raises:
        ValueError: The labels are text, NaN, one-hot for a sparse loss,
            integers for a categorical one, of another width or shape, outside
            of 0 to `num_classes` - 1 or between two of them, rows that do not
            sum to 1; there is one output only; or loss and labels are those of
            several classes an image, or of numbers.

    Example:
    >>> check_labels(np.array([0, 9]), 10, "sparse_categorical_crossentropy")
    """
    _check_classes(num_classes)
    y = check_numbers(y)
    name = find_loss(loss)
    if name is None and is_binary(loss):
        _refuse_binary(label_form(y), num_classes, loss)
    if name is None:
        check_task(find_task(num_classes, label_form(y), loss))
        name = _implied(y)
    check_label_shape(y, num_classes, name)
    if name in SPARSE.values():
        _check_classes_of(y, num_classes, ignored_class(loss))
    else:
        _check_rows(y, num_classes)


def check_label_shape(y: Any, num_classes: int, loss: Any) -> None:
    """Checks the shape of labels alone.

    Args:
        y: Labels, or what stands for them.
        num_classes: Width of the model's output.
        loss: A categorical loss; others are not checked.

    Raises:
        ValueError: They have another shape than the loss expects.

    Example:
    >>> check_label_shape(np.zeros((4, 1)), 10, "SparseCategoricalCrossentropy")
    """
    name = find_loss(loss)
    if name in SPARSE.values():
        _check_sparse(y)
    elif name is not None:
        _check_one_hot(y, num_classes)


def ignored_class(loss: Any) -> int | None:
    """The label that a loss leaves out, if there is one.

    Example:
    >>> loss = keras.losses.SparseCategoricalCrossentropy(ignore_class=255)
    >>> ignored_class(loss), ignored_class("sparse_categorical_crossentropy")
    (255, None)
    """
    keywords = getattr(loss, "keywords", {})
    return getattr(loss, "ignore_class", keywords.get("ignore_class"))


def check_numbers(y: Any) -> Array:
    """Checks that labels are numbers, whatever they stand for.

    Args:
        y: Labels, one row an image.

    Returns:
        The labels as an array.

    Raises:
        ValueError: They are text, NaN or infinite.

    Example:
    >>> check_numbers([[0, 1], [1, 0]]).shape
    (2, 2)
    """
    y = to_numpy(y)
    check_type(y)
    broken = _not_finite(y)
    if len(broken):
        raise ValueError(
            "Some labels are no numbers. Received: NaN or infinite labels "
            f"({name_rows(broken)}). Expected one class an image. Pass images "
            "without a label as unlabeled ones."
        )
    return y


def check_sample_weight(sample_weight: Any) -> None:
    """Checks that weights are numbers.

    Args:
        sample_weight: Of shape (n,) or (n, 1), or None.

    Raises:
        ValueError: Some are NaN or infinite.

    Example:
    >>> check_sample_weight(np.array([0.0, 2.5]))
    """
    if sample_weight is None:
        return
    weights = to_numpy(sample_weight)
    broken = _not_finite(weights)
    if len(broken):
        raise ValueError(
            "Some sample weights are no numbers. Received: NaN or infinite "
            f"weights ({name_rows(broken)}). Expected finite ones. Look for a "
            "division by zero where they are made."
        )


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


def _implied(y: Array) -> str:
    """The loss that labels of one class an image are made for."""
    kinds = SPARSE if label_form(y) == "integer" else CATEGORICAL
    return next(iter(kinds.values()))


def _refuse_binary(labels: str, num_classes: int, loss: Any) -> None:
    if labels == "multi-hot":
        check_task("multi-label")
    kind = "sparse_categorical" if labels == "integer" else "categorical"
    raise ValueError(
        "The loss does not fit the labels. Received: "
        f"loss={loss_name(loss)}, {labels} labels and a model with "
        f"{num_classes} outputs. Expected a loss for one class an image. "
        f'Compile with `loss="{kind}_crossentropy"` (with the same '
        "`from_logits`), and end the model with a softmax, not a sigmoid."
    )


def _not_finite(y: Array) -> Array:
    """Rows that hold NaN or infinity."""
    if y.dtype.kind != "f" or np.isfinite([y.min(), y.max()]).all():
        return np.zeros(0, int)
    return np.flatnonzero(~np.isfinite(y.reshape(len(y), -1)).all(axis=1))


def _check_sparse(y: Array) -> None:
    if len(y.shape) > 2 or tuple(y.shape[1:]) not in ((), (1,)):
        raise ValueError(
            f"The loss expects integer labels. Received: {describe(y)} and a "
            "sparse categorical loss. Expected shape (n,) or (n, 1). Use "
            '`loss="categorical_crossentropy"` (with the same `from_logits`) '
            "for one-hot labels, or pass `y.argmax(axis=-1)`."
        )


def _check_classes_of(y: Array, num_classes: int, ignored: int | None) -> None:
    _check_whole(y)
    is_class = (y != ignored) if ignored is not None else np.full(y.shape, True)
    if not is_class.any():  # of a batch, which then only has unlabeled images
        return
    low, high = int(y[is_class].min()), int(y[is_class].max())
    if low >= 0 and high < num_classes:
        return
    if low == -1:
        fix = "Images marked as unlabeled by -1 belong into `unlabeled_data`."
    elif low == 1 and high == num_classes:
        fix = (
            "If no label is 0, they count from 1: pass `y - 1`. Else give the "
            "last layer one more output."
        )
    else:
        fix = "Renumber the labels, or give the last layer more outputs."
    wrong = np.flatnonzero(is_class & ((y < 0) | (y >= num_classes)))
    raise ValueError(
        f"Some labels are not classes of the model. Received: labels from "
        f"{low} to {high}, and a model with {num_classes} outputs "
        f"({name_rows(wrong)}). Expected integers from 0 to "
        f"{num_classes - 1}. {fix}"
    )


def _check_whole(y: Array) -> None:
    broken = np.flatnonzero(y != np.floor(y))
    if len(broken):
        raise ValueError(
            "Some labels are between two classes. Received: a label "
            f"{y.reshape(-1)[broken[0]]:.4g} ({name_rows(broken)}). Expected "
            "integers that count from 0. Number the classes with "
            "`numpy.unique(y, return_inverse=True)[1]`; a softmax of "
            "probabilities takes rows (n, num_classes)."
        )


def _check_one_hot(y: Array, num_classes: int) -> None:
    if len(y.shape) != 2 or y.shape[-1] == 1:
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


def _check_rows(y: Array, num_classes: int) -> None:
    broken = broken_rows(y)
    if len(broken):
        raise ValueError(
            "Some labels are not those of one class. Received: rows that sum "
            f"to {y[broken[0]].sum():.4g} or hold negative numbers, in "
            f"{len(broken)} of {len(y)} images ({name_rows(broken)}). Expected "
            "each row to sum to 1. Encode classes with "
            f"`keras.utils.to_categorical(y, {num_classes})`; images of "
            "several classes, or of none, cannot be trained on."
        )


def _check_loss(kind: str, loss: Any, outputs: Array) -> None:
    name = find_loss(loss)
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

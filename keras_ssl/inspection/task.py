"""Tells the task of a model and its labels, and whether the loss fits."""

from typing import Any

import numpy as np

from keras_ssl.data.targets import check_label_shape
from keras_ssl.data.targets import check_labels
from keras_ssl.data.targets import check_outputs
from keras_ssl.data.task import is_binary
from keras_ssl.data.task import loss_name
from keras_ssl.inspection.facts import SplitFacts
from keras_ssl.utils.typing import Array

IMPLIED = {
    "integer": "sparse_categorical_crossentropy",
    "one-hot": "categorical_crossentropy",
    "soft": "categorical_crossentropy",
}


def find_outputs(outputs: Array, activation: str, task: str, loss: Any) -> str:
    """Tells logits from probabilities, and checks that the loss agrees.

    Args:
        outputs: What the model gives for a few images, (n, width).
        activation: Name of its last activation.
        task: As `find_task` tells.
        loss: What the model was compiled with, or None.

    Returns:
        "logits" or "probabilities".

    Raises:
        ValueError: The loss expects the other kind, or the outputs do not fit
            the task.
    """
    if task == "classification":
        kind = check_outputs(outputs, loss)
        sigmoid = activation == "sigmoid"
        return "probabilities" if sigmoid and _in_unit(outputs) else kind
    if activation == "softmax":
        _refuse_softmax(task, outputs.shape[1])
    sigmoid = activation == "sigmoid" and _in_unit(outputs)
    kind = "probabilities" if sigmoid else "logits"
    if loss is not None:
        _check_binary_loss(kind, activation, loss, task)
    return kind


def check_targets(facts: SplitFacts, width: int, task: str, loss: Any) -> None:
    """Raises unless the labels fit the outputs and the loss.

    Args:
        facts: Of data with labels.
        width: Of the model's output.
        task: As `find_task` tells.
        loss: What the model was compiled with, or None.

    Raises:
        ValueError: They do not.
    """
    if task == "classification":
        # Labels also have to fit where the loss is not known.
        check = check_labels if facts.labels == "integer" else check_label_shape
        for each in (loss, IMPLIED[str(facts.labels)]):
            check(_stand_in(facts), width, each)
    elif facts.label_width != width:
        raise ValueError(
            "The labels have another width than the outputs. Received: labels "
            f"of {facts.label_width} numbers, and a model with {width} "
            f"outputs. Expected the same for a {task} task. Give the last "
            f"layer {facts.label_width} outputs, or encode the labels again."
        )
    elif task == "binary" and not set(facts.class_counts) <= {0, 1}:
        low, high = min(facts.class_counts), max(facts.class_counts)
        raise ValueError(
            "Some labels are not classes of the model. Received: labels from "
            f"{low} to {high}, and a model with one output. Expected 0 or 1. "
            f"Give the last layer {high + 1} outputs and a softmax, or correct "
            "the labels."
        )


def _in_unit(outputs: Array) -> bool:
    return bool(outputs.min() >= 0 and outputs.max() <= 1)


def _stand_in(facts: SplitFacts) -> Array:
    """Labels with the same shape and extremes, as those were not kept."""
    if facts.labels != "integer":
        return np.broadcast_to(0, (facts.images, facts.label_width))
    labels = np.full(facts.images, min(facts.class_counts))
    labels[-1] = max(facts.class_counts)
    return labels


def _refuse_softmax(task: str, width: int) -> None:
    problem = "which is always 1" if width == 1 else "which sum to 1"
    fix = "use `Dense(2)` with a softmax, or a sigmoid"
    if task == "multi-label":
        fix = (
            'end the model with `activation="sigmoid"`; or, if an image has '
            'one class only, compile with `loss="categorical_crossentropy"`'
        )
    raise ValueError(
        f"The outputs do not fit a {task} task. Received: a softmax over "
        f"{width} output{'s' * (width > 1)}, {problem}. Expected one "
        f"independent probability an output. Instead, {fix}."
    )


def _check_binary_loss(
    kind: str, activation: str, loss: Any, task: str
) -> None:
    if not is_binary(loss):
        raise ValueError(
            f"The loss does not fit a {task} task. Received: "
            f"loss={loss_name(loss)}. Expected a binary cross-entropy, as an "
            "image can belong to several classes. Compile with "
            '`loss="binary_crossentropy"` and end the model with a sigmoid.'
        )
    from_logits = bool(getattr(loss, "from_logits", False))
    if from_logits == (kind == "logits"):
        return
    name = loss_name(loss)
    ends = f"ends in `{activation}`" if activation else "ends in no activation"
    raise ValueError(
        f"The model gives {kind}, and the loss expects "
        f"{'logits' if from_logits else 'probabilities'}. Received: a model "
        f"that {ends}, and a `{name}` with from_logits={from_logits}. "
        "Expected both of a kind. Compile with "
        f"`keras.losses.BinaryCrossentropy(from_logits={not from_logits})`."
    )

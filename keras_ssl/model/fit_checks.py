"""Checks the arguments of `fit` that Keras takes as they are."""

import math
from collections.abc import Mapping
from typing import Any

import keras
import numpy as np

from keras_ssl.data.arrays import describe
from keras_ssl.data.batch_check import check_size
from keras_ssl.data.targets import check_labels
from keras_ssl.utils.checks import check_number
from keras_ssl.utils.devices import check_even
from keras_ssl.utils.devices import even_size

COUNTS = (
    "batch_size",
    "epochs",
    "steps_per_epoch",
    "validation_batch_size",
    "validation_steps",
)


def check_arguments(given: Mapping[str, Any], num_classes: int) -> None:
    """Raises unless numbers, callbacks and class weights are such.

    Args:
        given: The arguments of `fit` by name.
        num_classes: Width of the model's output; 0 if it is not known yet.

    Raises:
        TypeError: A callback is none, `class_weight` is no dictionary, or `x`
            is a list of batches.
        ValueError: A number is none, or out of its range.
    """
    for name in COUNTS:
        if given.get(name) is not None:
            check_number(name, given[name], 1, integer=True)
    check_number("initial_epoch", given["initial_epoch"], 0, integer=True)
    check_number("validation_split", given["validation_split"], 0, below=1)
    for callback in given["callbacks"]:
        if not isinstance(callback, keras.callbacks.Callback):
            raise TypeError(
                f"Received: {describe(callback)} among the callbacks. Expected "
                "objects of callback classes. Write for example "
                "`callbacks=[keras_ssl.callbacks.PhaseSwitch()]`."
            )
    if given.get("class_weight") is not None:
        check_class_weight(given["class_weight"], num_classes)
    _check_parts(given.get("validation_data"))
    x = given.get("x")
    if isinstance(x, list) and x and isinstance(x[0], tuple):
        raise TypeError(
            "Received: a list of batches. Expected something that Keras reads "
            "batches from. Pass `iter(batches)` with `steps_per_epoch=`, a "
            "`keras.utils.PyDataset`, or arrays."
        )


def check_validation(
    validation: Any, images: Any, num_classes: int, loss: Any
) -> None:
    """Raises unless validation arrays look like the training data.

    Args:
        validation: `validation_data`; containers that are no arrays pass.
        images: Labeled images (n, height, width, channels).
        num_classes: Width of the model's output.
        loss: What `compile` was given.

    Raises:
        ValueError: Sizes differ, or labels do not fit.
    """
    if not isinstance(validation, tuple | list):
        return
    shape, size = _shape(validation[0])[1:], np.shape(images)[1:]
    if shape != size:
        raise ValueError(
            f"Received: validation images of shape {shape} and training images "
            f"of {size}. Expected one shape. Resize the validation images as "
            "those for training."
        )
    check_labels(validation[1], num_classes, loss)


def share_validation(
    arguments: dict[str, Any], first: Any, devices: int
) -> None:
    """Lets devices share the validation data of `fit`, or raises.

    Args:
        arguments: Those of `fit`; of arrays, `validation_batch_size` is set.
        first: The first validation images, up to 256.
        devices: How many there are.

    Raises:
        ValueError: They cannot.
    """
    validation = arguments.get("validation_data")
    if devices == 1 or validation is None:
        return
    if not isinstance(validation, tuple | list):
        check_size(len(first), "validation", devices, first=True)
        return
    count = len(validation[0])
    if keras.backend.backend() == "jax":
        check_even(count, "validation", devices)
    name = "validation_batch_size"
    size = arguments.get(name) or arguments.get("batch_size") or 32
    arguments[name] = even_size(min(count, size), devices)
    check_size(min(count, arguments[name]), "validation", devices, first=True)


def check_lengths(images: Any, *others: Any) -> None:
    """Raises `ValueError` unless there is a label, and a weight, an image.

    Args:
        images: Images (n, height, width, channels).
        *others: Labels and weights, or `None`.
    """
    counts = [len(part) for part in (images, *others) if part is not None]
    if len(set(counts)) > 1:
        raise ValueError(
            f"Received: {counts[0]} images, and {counts[1:]} labels or "
            "weights. Expected as many of each. Check how they were cut."
        )


def _check_parts(validation: Any) -> None:
    if hasattr(validation, "shape"):
        validation = (validation,)
    if not isinstance(validation, tuple | list):
        return
    parts = [part for part in validation if part is not None]
    if len(parts) not in (2, 3):
        raise ValueError(
            f"Received: {len(parts)} part(s) as validation_data. Expected "
            "images, labels, and maybe weights. Pass "
            "`validation_data=(x, y)`."
        )
    check_lengths(*parts)


def _shape(images: Any) -> tuple[int, ...]:
    try:
        return np.shape(images)
    except ValueError:
        raise ValueError(
            "Received: validation images of several sizes. Expected one size. "
            "Resize them as those for training."
        ) from None


def check_class_weight(weights: Any, num_classes: int) -> None:
    """Raises unless weights are numbers by class.

    Args:
        weights: `class_weight`.
        num_classes: Width of the model's output; 0 if it is not known yet.

    Raises:
        TypeError: They are no dictionary.
        ValueError: A class is none, or a weight is no number of at least 0.
    """
    if not isinstance(weights, Mapping):
        raise TypeError(
            f"Received: class_weight={describe(weights)}. Expected a weight by "
            "the number of the class. Pass for example "
            "`class_weight={0: 1.0, 1: 2.0}`."
        )
    for name, weight in weights.items():
        check_number(
            *("a class of class_weight", name, 0),
            below=num_classes or math.inf,
            integer=True,
            advice="Classes are numbers from 0, as in the labels.",
        )
        check_number(f"class_weight[{name}]", weight, 0)

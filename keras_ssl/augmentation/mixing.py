"""What `MixUp` and `CutMix` can mix, and what they refuse."""

from typing import Any

import keras
from keras import ops

from keras_ssl.utils.typing import Tensor


def as_probabilities(name: str, labels: Any) -> Tensor:
    """Returns labels of shape `(batch, num_classes)` as float32.

    Args:
        name: The augmentation, for the error.
        labels: Probabilities or one-hot.

    Raises:
        ValueError: `labels` are indices of classes.
    """
    labels = ops.convert_to_tensor(labels)
    shape = tuple(labels.shape)
    dtype = keras.backend.standardize_dtype(labels.dtype)
    if len(shape) == 2 and (shape[1] != 1 or "int" not in dtype):
        return ops.cast(labels, "float32")
    raise ValueError(
        f"Received: labels of shape {shape} and dtype {dtype}. Expected "
        f"shape (batch, num_classes): {name} gives an image a part of two "
        "classes, which one integer cannot say. Pass "
        "keras.ops.one_hot(labels, num_classes), or "
        "keras.utils.to_categorical(labels, num_classes) for arrays."
    )


def refuse(name: str, what: str, instead: str) -> ValueError:
    """The error for what cannot be mixed.

    Args:
        name: The augmentation.
        what: What it was given.
        instead: What to do.
    """
    return ValueError(
        f"Received: {what}. Expected none: {name} makes one image of two, and "
        f"cannot do so with {what}. {instead}"
    )

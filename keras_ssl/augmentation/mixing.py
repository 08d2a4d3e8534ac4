"""What `MixUp` and `CutMix` share: partners, and labels that mix too."""

from collections.abc import Callable
from typing import Any

import keras
from keras import ops

from keras_ssl.typing import Tensor


def draw_partners(batch: Any, uniform: Callable[[Any], Tensor]) -> Tensor:
    """Draws for each image the index of its partner: a random permutation.

    Args:
        batch: Number of images, an integer or a scalar tensor.
        uniform: Draws from `[0, 1)`, given a shape.
    """
    return ops.cast(ops.argsort(uniform((batch,))), "int32")


def blend(batch: Tensor, parameters: Any) -> Tensor:
    """Returns `share` of each entry and `1 - share` of its partner.

    Args:
        batch: `(batch, ...)`, float32.
        parameters: `partner`, indices, and `share`, from 0 to 1, both of shape
            `(batch,)`.
    """
    ones = (1,) * (len(batch.shape) - 1)
    rest = ops.reshape(1 - parameters["share"], (-1, *ones))
    other = ops.take(batch, parameters["partner"], axis=0)
    return batch + rest * (other - batch)


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

"""Predicts each of the unlabeled training images."""

import warnings
from collections.abc import Iterator
from typing import Any

import keras
import numpy as np
from keras import ops

from keras_ssl.data import check_outputs
from keras_ssl.data.element import unpack
from keras_ssl.utils.typing import Array

PASSES = 3  # of the images, until it is clear that some never come


def predict_unlabeled(
    model: keras.Model, size: int, num_classes: int
) -> tuple[Array, Array]:
    """The probabilities of every unlabeled image, as `model.predict` has them.

    The images are those of the training data, not augmented. What `pair` makes
    of arrays goes on where training stopped, so that not the next epoch but the
    next two passes over the images are sure to hold all. A `tf.data.Dataset` of
    it is used up thereby, and training goes on behind; each image still comes
    as often as any other.

    Args:
        model: A `SemiSupervisedModel` during `fit`.
        size: How many images there are. Data without end are left after three
            passes.
        num_classes: How many classes there are.

    Returns:
        The probabilities `(size, num_classes)`, and which images there were
        `(size,)`. The rows of others are 0, and a warning says how many.

    Raises:
        ValueError: The images do not say which they are, or are not in
            `0..size - 1`.
    """
    probabilities = np.zeros((size, num_classes))
    seen = np.zeros(size, bool)
    with model.training_data.reading(unlabeled=True):
        for images, index in _images(model.training_data, size):
            if not seen[index].all():
                outputs = model.predict_on_batch(images)
                probabilities[index] = _softmax(outputs, model.loss)
                seen[index] = True
            if seen.all():
                break
    if not seen.all():
        warnings.warn(
            f"Received: {seen.sum()} of {size} unlabeled images in a pass over "
            "the training data. Expected all; the others do not count in this "
            "round. Pass arrays to `fit`, or a dataset of which each pass is "
            "complete.",
            stacklevel=2,
        )
    return probabilities, seen


def _images(data: Any, size: int) -> Iterator[tuple[Array, Array]]:
    """Batches of unlabeled images and their index."""
    count = 0
    for batch in data.endless():
        inputs, _, _ = unpack(batch)
        if "index" not in inputs:
            raise ValueError(
                f"Received: training data of {sorted(inputs)}. Expected "
                "'index' too: which unlabeled image each one is. Pass arrays "
                'to `fit`, or elements with it: `({"labeled": x, "unlabeled": '
                'u, "index": i}, y)`.'
            )
        index = ops.convert_to_numpy(inputs["index"])
        if index.min() < 0 or index.max() >= size:
            raise ValueError(
                f"Received: images with an index from {index.min()} to "
                f"{index.max()}. Expected 0 to {size - 1}, for num_unlabeled="
                f"{size}. Count them from 0, or pass the method another "
                "`num_unlabeled=`."
            )
        yield inputs["unlabeled"], index
        count += len(index)
        if count >= PASSES * size:
            return


def _softmax(outputs: Array, loss: Any) -> Array:
    if check_outputs(outputs, loss) == "logits":
        outputs = ops.softmax(ops.cast(outputs, "float32"))
    return ops.convert_to_numpy(outputs)

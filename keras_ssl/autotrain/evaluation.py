"""Predicts images in any container, and keeps their labels beside that."""

import sys
from typing import Any
from typing import NamedTuple

import keras
import numpy as np
from keras import ops

from keras_ssl.data.arrays import to_integers
from keras_ssl.inspection.reading import Reader
from keras_ssl.utils.typing import Array

SHOWN = 2000  # images that are kept, to show some


class Evaluation(NamedTuple):
    """The predictions of a model for images, and their labels.

    Args:
        probabilities: `(n, num_classes)`.
        labels: Integers `(n,)`.
        images: The first ones.
    """

    probabilities: Array
    labels: Array
    images: Array

    @property
    def right(self) -> Array:
        """Which images are classified correctly, `(n,)`."""
        return self.probabilities.argmax(-1) == self.labels

    @property
    def accuracy(self) -> float:
        """Share of the images that are classified correctly."""
        return float(np.mean(self.right))


def evaluate(
    model: keras.Model, images: Any, role: str, *, logits: bool
) -> Evaluation:
    """Reads images batch by batch, and predicts.

    Args:
        model: The model.
        images: `(x, y)` in any container that `keras_ssl.inspect` reads.
        role: "validation" or "test", for messages.
        logits: Whether the model gives logits, not probabilities.

    Raises:
        TypeError: The data cannot be read.
    """
    outputs, labels = [], []
    kept: list[Array] = []
    left = SHOWN
    for batch in Reader(images, role, sys.maxsize):
        outputs.append(model.predict(batch.images, verbose=0))
        labels.append(to_integers(batch.labels))
        kept.append(batch.images[:left])
        left -= len(kept[-1])
    scores = np.concatenate(outputs).astype("float32")
    probabilities = ops.softmax(scores) if logits else scores
    return Evaluation(
        ops.convert_to_numpy(probabilities),
        np.concatenate(labels),
        np.concatenate(kept),
    )

"""`compiles`: whether XLA can compile an augmentation."""

import warnings
from collections.abc import Iterator
from contextlib import contextmanager

import keras
import numpy as np

from keras_ssl.utils.typing import Tensor


def compiles(layer: keras.layers.Layer, image_shape: tuple[int, ...]) -> bool:
    """Tells by trial whether a layer runs under `jit_compile=True`.

    The attribute `supports_jit` is no answer: many layers say yes and fail. The
    trial leaves the layer's random state as it was.

    Args:
        layer: An augmentation, or any layer of images.
        image_shape: `(height, width, channels)`.

    Example:

    >>> from keras_ssl.augmentation import Cutout
    >>> compiles(Cutout(), (8, 8, 3))
    True
    """
    trial = _Trial(layer)
    with warnings.catch_warnings(action="ignore"), _state_kept(layer):
        trial.compile(jit_compile=True)
        if not trial.jit_compile:  # a layer inside says supports_jit=False
            return False
        try:
            trial.predict_on_batch(np.zeros((2, *image_shape), "float32"))
        except Exception:  # each backend has errors of its own for this
            return False
    return True


class _Trial(keras.Model):
    def __init__(self, layer: keras.layers.Layer) -> None:
        super().__init__(name="trial")
        self.layer = layer

    def call(self, images: Tensor) -> Tensor:
        return self.layer(images, training=True)


@contextmanager
def _state_kept(layer: keras.layers.Layer) -> Iterator[None]:
    before = [keras.ops.convert_to_numpy(state) for state in layer.variables]
    try:
        yield
    finally:
        for variable, value in zip(layer.variables, before, strict=False):
            variable.assign(value)

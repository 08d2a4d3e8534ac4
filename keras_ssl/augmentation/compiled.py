"""`run_compiled`: XLA for augmentation in steps that XLA does not compile."""

import warnings
from collections.abc import Callable
from collections.abc import Iterator
from contextlib import contextmanager
from typing import Any

import keras
import numpy as np

from keras_ssl.utils.typing import Tensor


def run_compiled(function: Callable[..., Any], *args: Any) -> Any:
    """Calls a function, compiled by XLA where that pays and is not done yet.

    On a CPU TensorFlow's steps are best not compiled: XLA makes convolutions
    several times slower. Augmentation it makes several times faster. So where
    TensorFlow builds a graph on a machine without a GPU, the function is
    compiled by itself. It is called as it is in eager mode, on other backends,
    which compile whole steps, and with a GPU, where `fit` does so too.

    Args:
        function: Takes and returns tensors, draws nothing, changes nothing.
        *args: What it is called with: tensors, in any structure.
    """
    if keras.backend.backend() != "tensorflow":
        return function(*args)
    import tensorflow as tf

    if tf.executing_eagerly() or tf.config.get_visible_devices("GPU"):
        return function(*args)
    # Not kept: it would not see when an attribute of the layer changes.
    return tf.function(function, jit_compile=True, autograph=False)(*args)


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

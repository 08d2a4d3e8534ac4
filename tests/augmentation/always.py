"""Looking at what an augmentation does inside a compiled step."""

import keras

from tests.backends import TORCH


class Always(keras.Model):
    """Augments in prediction too.

    Args:
        layer: The augmentation.
    """

    def __init__(self, layer):
        super().__init__()
        self.layer = layer
        self.compile(jit_compile=not TORCH)

    def call(self, inputs, training=False):
        return self.layer(inputs, training=True)


def compiled(layer, inputs):
    """What the layer returns in a compiled step, where the backend has one."""
    return Always(layer).predict_on_batch(inputs)

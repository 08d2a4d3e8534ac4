"""Looking at what an augmentation does inside a compiled step."""

import keras


class Always(keras.Model):
    """Augments in prediction too.

    Args:
        layer: The augmentation.
    """

    def __init__(self, layer):
        super().__init__()
        self.layer = layer

    def call(self, inputs, training=False):
        return self.layer(inputs, training=True)


def compiled(layer, inputs):
    """What the layer returns under `jit_compile=True`."""
    model = Always(layer)
    model.compile(jit_compile=True)
    return model.predict_on_batch(inputs)

"""Whether XLA compiles the training step, on TensorFlow."""

from typing import Any

import keras

from keras_ssl.model.augmenter import Augmenter
from keras_ssl.utils.console import say


def can_compile(network: keras.Model, augmenter: Augmenter) -> bool:
    """Tries whether XLA compiles the augmentation, and says what it found.

    Keras trusts what layers say of themselves, and many augmentation layers
    say wrongly that XLA can compile them.

    Args:
        network: The network, whose input says how large images are.
        augmenter: The weak and the strong augmentation.
    """
    able = augmenter.compiles(_image_shape(network))
    say(
        "keras_ssl: XLA is on."
        if able
        else "keras_ssl: XLA is off, as it cannot compile the "
        "augmentation. `jit_compile=` in `compile` decides otherwise."
    )
    return able


def _image_shape(network: Any) -> tuple[int, ...]:
    known = network.built and getattr(network, "input_shape", None)
    shape = known[1:] if known else (None, None, 3)
    return tuple(size or 32 for size in shape)

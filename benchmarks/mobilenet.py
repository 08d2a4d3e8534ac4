"""MobileNet as in the tutorial, and images of its size."""

import keras
import numpy as np

SHAPE = (32, 32, 3)


def build_mobilenet():
    """MobileNet without pretrained weights, from pixels 0..255 to 10 logits."""
    network = keras.applications.MobileNet(
        input_shape=SHAPE,
        weights=None,
        classes=10,
        classifier_activation=None,
    )
    return keras.Sequential(
        [keras.Input(SHAPE), keras.layers.Rescaling(1 / 127.5, -1), network]
    )


def to_mobilenet_size(x):
    """Square images, black at the border, as 32 x 32 pixels of three colours.

    Args:
        x: Shape (n, side, side, 1 or 3), with an even side of 32 at most.
    """
    side = (SHAPE[0] - x.shape[1]) // 2
    x = np.pad(x, ((0, 0), (side, side), (side, side), (0, 0)))
    return np.repeat(x, 3 // x.shape[-1], axis=-1)

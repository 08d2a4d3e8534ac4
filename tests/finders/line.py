"""A model whose training is computed by hand: a line through the origin."""

import keras
import numpy as np

BATCHES = [(np.full((4, 1), 2.0), np.full((4, 1), 6.0))]


def line(optimizer, **arguments):
    """One weight w of 0: the loss is (2 w - 6) ** 2."""
    layer = keras.layers.Dense(1, use_bias=False, kernel_initializer="zeros")
    model = keras.Sequential([keras.Input((1,)), layer])
    model.compile(optimizer, "mse", metrics=["mae"], **arguments)
    return model

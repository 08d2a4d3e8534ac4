"""A tiny run of `train`, for processes that are killed."""

import keras

import keras_ssl
from tests.autotrain.runs import FIXED
from tests.autotrain.runs import compiled


def network():
    return keras.Sequential(
        [
            keras.Input((8, 8, 1)),
            keras.layers.Flatten(),
            keras.layers.Dense(8, activation="relu"),
            keras.layers.BatchNormalization(),
            keras.layers.Dropout(0.2),
            keras.layers.Dense(10),
        ]
    )


def train(folder=None, **changes):
    """Trains; returns the report and the model."""
    (x, y), test = keras_ssl.data.load_digits()
    model = compiled(network)
    options = {**FIXED, "inspect": False, "resume": folder, **changes}
    images = (x[:40], y[:40]), x[40:100]
    return keras_ssl.train(model, *images, test=test, **options), model

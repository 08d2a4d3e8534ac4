"""What the tests of `train` share: a short run, and what is read off it."""

import keras
import numpy as np
import pytest

LOGITS = keras.losses.SparseCategoricalCrossentropy(from_logits=True)
SHORT = {
    "steps_per_epoch": 2,
    "epochs": 3,
    "warmup_steps": 2,
    "unlabeled_ratio": 2,
    "verbose": 0,
}
OPEN = {**SHORT, "method": "adamatch", "batch_size": 4}
FIXED = {**OPEN, "strong": "cutout"}
# A few steps on a few images say nothing of the method.
QUIET = pytest.mark.filterwarnings(
    "ignore:CollapseWarning", "ignore:.*does not apply to tf.data"
)


def compiled(network):
    """A model that runs eagerly, which is faster for a few steps."""
    keras.utils.set_random_seed(0)
    model = network()
    model.compile(
        keras.optimizers.SGD(0.05, momentum=0.9),
        LOGITS,
        metrics=["accuracy"],
        run_eagerly=True,
    )
    return model


def settings(report):
    return {name: (value, why) for name, value, why in report.settings}


def accuracy(model, images):
    x, y = images
    return np.mean(np.argmax(model.predict(x, verbose=0), -1) == y)


class Interruption(keras.callbacks.Callback):
    def on_epoch_begin(self, epoch, logs=None):
        if epoch == 2:
            raise KeyboardInterrupt

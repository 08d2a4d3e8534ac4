"""The real model, trained with a method for two steps."""

import keras
import numpy as np

from keras_ssl import SemiSupervisedModel


def fit(method, network, digits, rate=0.1, **kwargs):
    """The model after two steps on digits, and its logs of each step."""
    x, y = digits
    options = {"weak": None, "strong": "cutout", **kwargs}
    model = SemiSupervisedModel(network, method, **options)
    model.compile(
        keras.optimizers.SGD(rate),
        keras.losses.SparseCategoricalCrossentropy(from_logits=True),
    )
    history = model.fit(
        x[:8],
        y[:8],
        unlabeled_data=(x[8:], y[8:]),
        unlabeled_ratio=2,
        batch_size=8,
        epochs=2,
        steps_per_epoch=1,
        verbose=0,
    )
    for name, values in history.history.items():
        assert np.all(np.isfinite(values)), name
    return model, history.history

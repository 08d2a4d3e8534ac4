import itertools

import keras
import numpy as np
import pytest

from keras_ssl.finders.batch_probe import BatchProbe
from keras_ssl.finders.batch_probe import count_images
from keras_ssl.finders.batch_probe import repeat_rows
from keras_ssl.utils.snapshot import replaced

pytestmark = [pytest.mark.core, pytest.mark.eager]
LOGITS = keras.losses.SparseCategoricalCrossentropy(from_logits=True)


class Steps(keras.layers.Layer):
    """Notes the batch sizes that training steps are compiled for."""

    def __init__(self):
        super().__init__()
        self.seen = []

    def call(self, images, training=False):
        if training:
            self.seen.append(images.shape[0])
        return images


@pytest.fixture
def model(network):
    inner = network()
    model = keras.Sequential([keras.Input((8, 8, 1)), Steps(), inner])
    model.compile("sgd", LOGITS)
    return model


def test_rate_is_images_over_seconds(model, digits8):
    x, y = digits8
    ticks = itertools.count(step=4.0)
    probe = BatchProbe(model, (x[:2], y[:2]), clock=lambda: next(ticks))
    with replaced(model, train_function=None, test_function=None):
        # 64 labeled images in 4 seconds
        assert probe.rate(16) == 16.0
    assert int(model.optimizer.iterations) == 4


def test_each_size_is_compiled_once_with_its_shape(model, digits8):
    x, y = digits8
    model.train_on_batch(x[:5], y[:5])
    before = model.train_function
    layer = model.layers[0]
    layer.seen.clear()
    probe = BatchProbe(model, (x[:2], y[:2]))
    with replaced(model, train_function=None, test_function=None):
        for size in (4, 8, 4, 8):
            probe.memory(size)
    assert set(layer.seen) == {4, 8}
    assert model.train_function is before


def test_a_validation_step_is_made(model, digits8):
    x, y = digits8
    probe = BatchProbe(model, (x[:2], y[:2]))
    with replaced(model, train_function=None, test_function=None):
        probe.validate(4)
        assert model.test_function is not None
    assert model.test_function is None


def test_rows_are_repeated_or_cut():
    element = ({"labeled": np.arange(3), "unlabeled": np.arange(6)}, np.ones(3))
    inputs, y = repeat_rows(element, 3, 5)
    assert inputs["labeled"].tolist() == [0, 1, 2, 0, 1]
    assert inputs["unlabeled"].tolist() == [0, 1, 2, 3, 4, 5, 0, 1, 2, 3]
    assert len(y) == 5
    assert repeat_rows(element, 3, 1)[0]["unlabeled"].tolist() == [0, 1]


def test_images_of_both_halves_count():
    images = {"labeled": np.ones(2), "unlabeled": np.ones(6), "index": None}
    assert count_images((images, np.ones(2))) == 8
    assert count_images((np.ones(3), np.ones(3))) == 3

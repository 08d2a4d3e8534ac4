import keras
import numpy as np
import pytest

from keras_ssl import SemiSupervisedModel
from keras_ssl.finders.batch_data import ROWS
from keras_ssl.finders.batch_data import BatchData

LOGITS = keras.losses.SparseCategoricalCrossentropy(from_logits=True)


def prepare(model, *data, include=True):
    model.compile("adam", LOGITS, run_eagerly=True)
    found = BatchData(*data, 2, include)
    return found, found.prepare(model)


def test_labeled_images_are_a_batch(network, digits8):
    x, y = digits8
    weights = np.ones(128, "float32")
    found, element = prepare(network(), (x, y, weights), None)
    assert (found.labeled_size, found.unlabeled_size) == (128, None)
    for part, given in zip(element, (x, y, weights), strict=True):
        np.testing.assert_array_equal(part, given[:ROWS])


@pytest.mark.parametrize(("include", "size"), [(True, 128), (False, 88)])
def test_unlabeled_images_come_beside_them(include, size, network, digits8):
    x, y = digits8
    model = SemiSupervisedModel(network(), "fixmatch", strong=None)
    found, (inputs, labels) = prepare(
        model, (x[:40], y[:40]), x[40:], include=include
    )
    assert found.unlabeled_size == size
    assert len(inputs["labeled"]) == len(labels) == ROWS
    np.testing.assert_array_equal(inputs["unlabeled"], x[40:][: 2 * ROWS])
    assert model.optimizer.built


def test_a_method_learns_how_many_images_there_are(network, digits8):
    x, y = digits8
    model = SemiSupervisedModel(network(), "flexmatch", strong=None)
    prepare(model, (x[:40], y[:40]), x[40:])
    assert model.method.num_unlabeled == 128

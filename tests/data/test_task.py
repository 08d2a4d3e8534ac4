import functools

import keras
import numpy as np
import pytest

from keras_ssl.data.task import check_task
from keras_ssl.data.task import find_loss
from keras_ssl.data.task import find_task
from keras_ssl.data.task import label_form
from keras_ssl.data.task import loss_name

pytestmark = pytest.mark.core

SPARSE = "sparse_categorical_crossentropy"
BINARY = keras.losses.BinaryCrossentropy(from_logits=True)


@pytest.mark.parametrize(
    ("width", "labels", "loss", "expected"),
    [
        (10, "integer", None, "classification"),
        (10, "integer", print, "classification"),
        (10, "one-hot", SPARSE, "classification"),
        (10, "one-hot", "mse", "classification"),
        (10, "soft", None, "classification"),
        (1, "integer", None, "binary"),
        (1, "integer", BINARY, "binary"),
        (1, "integer", SPARSE, "classification"),
        (10, "multi-hot", None, "multi-label"),
        (10, "one-hot", "bce", "multi-label"),
        (10, "one-hot", [keras.losses.binary_crossentropy], "multi-label"),
        (1, "integer", "mse", "regression"),
        (10, "integer", keras.losses.Huber(), "regression"),
        (10, "multi-hot", keras.losses.mean_squared_error, "regression"),
    ],
)
def test_task(width, labels, loss, expected):
    assert find_task(width, labels, loss) == expected


@pytest.mark.parametrize("task", ["binary", "multi-label", "regression"])
def test_only_classification_passes(task):
    check_task("classification")
    with pytest.raises(ValueError, match=f"'{task}'.*exclude one another"):
        check_task(task)


@pytest.mark.parametrize(
    ("labels", "form"),
    [
        ([0, 2], "integer"),
        ([[1.0], [3.0]], "integer"),
        ([[True, False]], "one-hot"),
        ([[0.25, 0.75]], "soft"),
        ([[1, 1], [0, 1]], "multi-hot"),
        ([[1, 0], [0, 0]], "multi-hot"),
        ([[1.5, -0.5]], "multi-hot"),
    ],
)
def test_form_of_labels(labels, form):
    assert label_form(np.array(labels)) == form


def test_losses_have_the_names_of_their_classes():
    partial = functools.partial(keras.losses.categorical_crossentropy)
    assert find_loss(partial) == "CategoricalCrossentropy"
    assert find_loss([SPARSE]) == "SparseCategoricalCrossentropy"
    assert find_loss("mse") is None


def test_loss_names():
    assert loss_name(None) is None
    assert loss_name(BINARY) == "BinaryCrossentropy"
    assert loss_name(keras.losses.mean_squared_error) == "mean_squared_error"

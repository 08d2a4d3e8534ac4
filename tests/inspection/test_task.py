import dataclasses

import keras
import numpy as np
import pytest

from keras_ssl.inspection.scan import look
from keras_ssl.inspection.task import check_targets
from keras_ssl.inspection.task import find_outputs

pytestmark = pytest.mark.core

SPARSE = "sparse_categorical_crossentropy"
BINARY = keras.losses.BinaryCrossentropy(from_logits=True)
HALF = np.array([[0.5, 0.5]])
ANY = np.array([[-3.0, 5.0]])


@pytest.mark.parametrize(
    ("outputs", "activation", "task", "loss", "expected"),
    [
        (HALF, "softmax", "classification", SPARSE, "probabilities"),
        (ANY, "", "classification", None, "logits"),
        (HALF - 0.1, "sigmoid", "classification", None, "probabilities"),
        (HALF[:, :1], "sigmoid", "binary", "binary_crossentropy", "probabil"),
        (HALF[:, :1], "", "binary", BINARY, "logits"),
        (ANY, "", "multi-label", BINARY, "logits"),
        (HALF, "sigmoid", "multi-label", None, "probabilities"),
    ],
)
def test_outputs(outputs, activation, task, loss, expected):
    assert find_outputs(outputs, activation, task, loss).startswith(expected)


@pytest.mark.parametrize(
    ("outputs", "activation", "task", "loss", "words"),
    [
        (ANY, "", "classification", SPARSE, "gives logits"),
        (HALF, "sigmoid", "binary", BINARY, "gives probabilities"),
        (ANY, "", "binary", "binary_crossentropy", r"from_logits=True\)"),
        (np.ones((2, 1)), "softmax", "binary", None, "always 1"),
        (HALF, "softmax", "multi-label", BINARY, "sum to 1.*categorical_cross"),
        (ANY, "", "multi-label", SPARSE, "Expected a binary cross-entropy"),
    ],
)
def test_outputs_that_do_not_fit(outputs, activation, task, loss, words):
    with pytest.raises(ValueError, match=words):
        find_outputs(outputs, activation, task, loss)


def facts(labels):
    labels = np.asarray(labels)
    images = np.zeros((len(labels), 2, 2, 1), "float32")
    return look((images, labels), "labeled", 99, False).facts


@pytest.mark.parametrize(
    ("labels", "width", "task", "loss"),
    [
        ([0, 2], 3, "classification", None),
        (np.eye(3), 3, "classification", "categorical_crossentropy"),
        ([0, 1], 1, "binary", BINARY),
        ([[1, 1], [0, 1]], 2, "multi-label", None),
    ],
)
def test_targets_that_fit(labels, width, task, loss):
    check_targets(facts(labels), width, task, loss)


@pytest.mark.parametrize(
    ("labels", "width", "task", "loss", "words"),
    [
        ([0, 3], 3, "classification", None, "from 0 to 3.*3 outputs"),
        ([0, 3], 3, "classification", print, "from 0 to 3.*3 outputs"),
        ([-1, 2], 3, "classification", SPARSE, "unlabeled_data"),
        (np.eye(4), 3, "classification", None, r"\(4, 4\).*3 outputs"),
        (np.eye(3), 3, "classification", SPARSE, "integer labels"),
        ([0, 1], 3, "classification", BINARY, f"loss=.{SPARSE}"),
        ([0, 2], 1, "binary", None, "from 0 to 2.*one output"),
        (np.eye(2), 1, "binary", None, "2 numbers.*1 output"),
        ([[1, 1], [0, 1]], 3, "multi-label", None, "2 numbers.*3 outputs"),
    ],
)
def test_targets_that_do_not_fit(labels, width, task, loss, words):
    with pytest.raises(ValueError, match=words):
        check_targets(facts(labels), width, task, loss)


def test_the_form_is_held_against_the_loss_for_any_number_of_images():
    many = dataclasses.replace(facts(np.eye(3)), images=10**9)
    check_targets(many, 3, "classification", None)

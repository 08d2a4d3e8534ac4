import functools
import re

import keras
import numpy as np
import pytest

from keras_ssl.data import check_labels
from keras_ssl.data import check_outputs
from keras_ssl.data.targets import check_sample_weight

pytestmark = pytest.mark.core

losses = keras.losses
INTEGERS = np.array([0, 3, 1])
ONE_HOT = np.eye(4)[INTEGERS]
MULTI_HOT = ONE_HOT + [[0, 0, 0, 0], [1, 0, 0, 0], [0, 0, 0, 0]]
SPARSE = [
    "sparse_categorical_crossentropy",
    "SparseCategoricalCrossentropy",
    losses.sparse_categorical_crossentropy,
    losses.SparseCategoricalCrossentropy(from_logits=True),
]
CATEGORICAL = [
    "categorical_crossentropy",
    losses.categorical_crossentropy,
    losses.CategoricalCrossentropy(label_smoothing=0.1),
    losses.CategoricalFocalCrossentropy(),
]


class Mine(losses.SparseCategoricalCrossentropy):
    pass


@pytest.mark.parametrize("loss", [*SPARSE, Mine()])
def test_sparse_losses_take_integers(loss):
    check_labels(INTEGERS, 4, loss)
    check_labels(INTEGERS[:, None].astype("float32"), 4, loss)
    with pytest.raises(ValueError, match=r"\(3, 4\) and a sparse.*argmax"):
        check_labels(ONE_HOT, 4, loss)


@pytest.mark.parametrize("loss", CATEGORICAL)
def test_categorical_losses_take_one_hot_labels(loss):
    check_labels(ONE_HOT, 4, loss)
    with pytest.raises(ValueError, match=r"\(3,\).*to_categorical\(y, 4\)"):
        check_labels(INTEGERS, 4, loss)
    with pytest.raises(ValueError, match="to_categorical"):
        check_labels(INTEGERS[:, None], 4, loss)
    with pytest.raises(ValueError, match=r"\(3, 4\).*5 outputs"):
        check_labels(ONE_HOT, 5, loss)


@pytest.mark.parametrize(
    ("labels", "words"),
    [
        ([1, 2, 4], r"from 1 to 4.*\(row 2\).*If no label is 0.*`y - 1`"),
        ([-1, 0, 2], "belong into `unlabeled_data`"),
        ([0, 9], "from 0 to 9.*4 outputs.*0 to 3.*Renumber"),
    ],
)
def test_labels_must_be_classes(labels, words):
    with pytest.raises(ValueError, match=words):
        check_labels(np.array(labels), 4, SPARSE[0])


def test_labels_must_be_numbers():
    with pytest.raises(ValueError, match="not numbers.*return_inverse"):
        check_labels(np.array(["cat", "dog"]), 4, SPARSE[0])


@pytest.mark.parametrize("loss", [lambda y, p: 0.0, None])
def test_a_loss_of_ones_own_takes_one_class_an_image_in_either_form(loss):
    check_labels(INTEGERS, 4, loss)
    check_labels(ONE_HOT, 4, loss)
    check_labels(0.9 * ONE_HOT + 0.025, 4, loss)
    for wrong in ([-5.0, 70.0], np.ones((3, 4)), np.eye(3)):
        with pytest.raises(ValueError, match="Received: .*Expected"):
            check_labels(np.array(wrong), 4, loss)
    assert check_outputs(np.eye(3), loss) == "probabilities"
    assert check_outputs(3 * np.eye(3), loss) == "logits"


@pytest.mark.parametrize(
    ("labels", "loss", "words"),
    [
        (MULTI_HOT, "categorical_crossentropy", r"sum to 2.*1 of 3.*\(row 1\)"),
        (0 * ONE_HOT, CATEGORICAL[0], "sum to 0.*3 of 3"),
        (MULTI_HOT, "binary_crossentropy", "'multi-label'"),
        (ONE_HOT, losses.BinaryCrossentropy(), '"categorical_crossentropy"'),
        (INTEGERS, "bce", '"sparse_categorical_crossentropy"'),
        (MULTI_HOT, lambda y, p: 0.0, "'multi-label'"),
        (INTEGERS, "mse", "'regression'"),
        (INTEGERS + 0.5, losses.Poisson(), "'regression'"),
        (3 * ONE_HOT, ["mse"], "'regression'"),
    ],
)
def test_only_one_class_an_image_can_be_learned(labels, loss, words):
    with pytest.raises(ValueError, match=words):
        check_labels(labels, 4, loss)


@pytest.mark.parametrize(
    ("labels", "words"),
    [
        ([0, 0.5, 1.5], r"label 0.5 \(rows 1, 2\)"),
        ([0, np.nan, 1], r"NaN or infinite labels \(row 1\)"),
        (np.zeros((3, 2)), r"\(3, 2\)"),
        (np.zeros((3, 1, 1)), r"\(3, 1, 1\)"),
    ],
)
@pytest.mark.parametrize("loss", [SPARSE[0], None])
def test_labels_are_whole_numbers_one_an_image(labels, words, loss):
    with pytest.raises(ValueError, match="Received: .*Expected") as error:
        check_labels(np.array(labels), 4, loss)
    if loss is not None:
        assert re.search(words, str(error.value))


def test_sample_weights_must_be_numbers():
    check_sample_weight(None)
    check_sample_weight(np.array([[0.0], [2.0]]))
    with pytest.raises(ValueError, match=r"weights \(row 1\)"):
        check_sample_weight(np.array([1.0, np.nan]))


def test_binary_outputs_are_not_supported():
    with pytest.raises(ValueError, match="two classes or more"):
        check_labels(INTEGERS, 1, "binary_crossentropy")
    with pytest.raises(ValueError, match="two classes or more"):
        check_outputs(np.zeros((3, 1)), "binary_crossentropy")


PROBABILITIES = np.array([[0.5, 0.25, 0.255], [1, 0, 0]])
LOGITS = np.array([[0.5, 0.25, 0.25], [2, -1, 0]])
TAKE_LOGITS = [
    losses.SparseCategoricalCrossentropy(from_logits=True),
    losses.CategoricalCrossentropy(from_logits=True),
    losses.CategoricalFocalCrossentropy(from_logits=True),
    functools.partial(losses.categorical_crossentropy, from_logits=True),
]
TAKE_PROBABILITIES = [*SPARSE[:3], *CATEGORICAL]


@pytest.mark.parametrize("loss", TAKE_LOGITS)
def test_losses_from_logits(loss):
    assert check_outputs(LOGITS, loss) == "logits"
    with pytest.raises(ValueError, match="gives probabilities.*remove the so"):
        check_outputs(PROBABILITIES, loss)


@pytest.mark.parametrize("loss", TAKE_PROBABILITIES)
def test_losses_from_probabilities(loss):
    assert check_outputs(PROBABILITIES, loss) == "probabilities"
    words = r"from -1 to 2.*Crossentropy\(from_logits=True\).*softmax"
    with pytest.raises(ValueError, match=words):
        check_outputs(LOGITS, loss)


def test_rows_above_zero_that_do_not_sum_to_1_are_logits():
    assert check_outputs(np.array([[0.5, 0.52]]), None) == "logits"
    assert check_outputs(np.array([[1.1, -0.1]]), None) == "logits"


def test_outputs_must_be_finite_and_of_rank_2():
    with pytest.raises(ValueError, match="NaN or infinite outputs"):
        check_outputs(np.array([[np.nan, 1]]), None)
    with pytest.raises(ValueError, match=r"\(2, 3, 3, 4\).*pooling"):
        check_outputs(np.zeros((2, 3, 3, 4)), None)

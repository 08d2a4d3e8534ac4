import keras
import numpy as np
import pytest

from keras_ssl.data.arrays import describe
from keras_ssl.data.arrays import standardize
from keras_ssl.data.arrays import to_float32
from keras_ssl.data.arrays import to_integers
from keras_ssl.data.arrays import to_numpy

pytestmark = pytest.mark.core


@pytest.mark.parametrize(
    "y", [[2, 0, 1], [[2], [0], [1]], np.eye(3)[[2, 0, 1]], [2.0, 0.0, 1.0]]
)
def test_labels_of_any_form_become_integers(y):
    labels = to_integers(np.array(y))
    assert labels.tolist() == [2, 0, 1]
    assert labels.dtype == "int32"


def test_only_float64_changes_its_type():
    for name in ("uint8", "int64", "float16", "float32"):
        assert to_numpy(np.zeros(2, name)).dtype == name
    assert to_numpy(np.zeros(2)).dtype == "float32"
    assert isinstance(to_numpy(keras.ops.zeros(2)), np.ndarray)


def test_arrays_are_not_copied():
    x, y = np.zeros((4, 2, 2, 1), "uint8"), np.zeros(4, "int64")
    kept = standardize((x, y), "labeled")
    assert kept[0] is x
    assert kept[1] is y


def test_classes_without_a_weight_weigh_one():
    arrays = (np.zeros((4, 2, 2, 1)), np.array([0, 1, 2, 9]))
    weight = standardize(arrays, "labeled", {1: 3.0})[2]
    assert weight.tolist() == [1, 3, 1, 1]


def test_descriptions_stay_short():
    assert describe((np.zeros((2, 3)), [1] * 50)) == (
        "a tuple of (ndarray of shape (2, 3), a list of length 50)"
    )
    assert describe({"a": 1}) == "a dict with the keys ['a']"
    assert describe("x") == "str"


def test_whole_arrays_are_not_copied():
    images, labels = np.zeros((4, 8, 8, 1)), np.zeros(4)
    x, y = standardize((images, labels), "labeled", whole=True)
    assert x is images
    assert y.dtype == "float32"
    assert to_float32(x[:1]).dtype == "float32"

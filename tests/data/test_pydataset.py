import os
import subprocess
import sys

import keras
import numpy as np
import pytest

from keras_ssl.data import pair
from keras_ssl.data.pydataset import build
from keras_ssl.data.sides import Line
from keras_ssl.data.sides import Options
from keras_ssl.data.sides import read_side
from tests.data.conftest import images
from tests.data.conftest import numbers
from tests.data.conftest import to_epoch

pytestmark = pytest.mark.core

X, Y, U = images(0, 10), np.arange(10), images(100, 124)


def built(steps=None):
    options = Options(4, 8, True, True, 0, steps, None, Line(0))
    sides = read_side((X, Y), "labeled", None), read_side(U, "unlabeled", None)
    return build(*sides, options)[0]


def test_elements_can_be_read_again_until_the_epoch_ends():
    dataset = built()
    assert isinstance(dataset, keras.utils.PyDataset)
    before = [numbers([dataset[index]], "unlabeled") for index in (3, 0, 3)]
    assert before[0] == before[2] != before[1]
    dataset.on_epoch_end()
    assert numbers([dataset[3]], "unlabeled") != before[0]


def test_five_epochs_of_four_and_a_quarter_passes():
    dataset = built(steps=17)  # 17 * 8 = 4 passes of 34, which wrap
    drawn = sum((numbers(to_epoch(dataset), "unlabeled") for _ in "12345"), [])
    counts = np.unique(drawn, return_counts=True)[1]
    assert len(counts) == 34
    assert np.ptp(counts) == 0


def test_backends_beside_tensorflow_get_a_pydataset():
    if keras.backend.backend() == "tensorflow":
        pytest.skip("TensorFlow gets a tf.data.Dataset")
    dataset = pair((X, Y), U, verbose=0)
    assert isinstance(dataset, keras.utils.PyDataset)


def test_arrays_do_not_import_tensorflow():
    pytest.importorskip("jax")
    code = (
        "import numpy as np, sys; from keras_ssl import data;"
        "x = np.zeros((4, 8, 8, 1));"
        "data.peek(data.pair((x, np.zeros(4)), x));"
        "sys.exit('tensorflow' in sys.modules)"
    )
    environment = {**os.environ, "KERAS_BACKEND": "jax"}
    subprocess.run([sys.executable, "-c", code], env=environment, check=True)

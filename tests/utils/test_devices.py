import os
import subprocess
import sys

import keras
import numpy as np
import pytest

from keras_ssl.utils.devices import check_even
from keras_ssl.utils.devices import count_devices
from keras_ssl.utils.devices import explaining
from keras_ssl.utils.devices import fill_up
from keras_ssl.utils.devices import read_number

core = pytest.mark.core


@core
@pytest.mark.parametrize("dtype", ["int32", "float16", "bfloat16"])
def test_a_number_is_one_of_python(dtype):
    number = read_number(keras.Variable(3, dtype=dtype, trainable=False))
    assert type(number) is (int if dtype == "int32" else float)
    assert number == 3


@core
def test_copies_of_the_last_image_fill_up_a_batch():
    assert fill_up(np.arange(5), 4).tolist() == [0, 1, 2, 3, 4, 4, 4, 4]
    assert fill_up(np.arange(4), 4).tolist() == [0, 1, 2, 3]


@core
def test_what_cannot_be_shared_is_refused_in_a_sentence():
    with pytest.raises(ValueError, match="1 labeled image for 2 devices"):
        check_even(1, "labeled", 2)


@core
def test_errors_on_one_device_are_left_as_they_are():
    model = keras.Sequential()
    assert count_devices(model) == 1
    with pytest.raises(RuntimeError, match="AddN"), explaining(model):
        raise RuntimeError("Inputs to operation AddN")


@pytest.mark.parametrize(
    "backend",
    ["tensorflow", pytest.param("jax", marks=pytest.mark.slow)],
)
def test_two_devices_do_what_one_does_and_say_what_they_cannot(backend):
    done = subprocess.run(
        [sys.executable, "-W", "ignore", "-m", "tests.devices"],
        capture_output=True,
        text=True,
        check=False,
        env={**os.environ, "KERAS_BACKEND": backend},
    )
    assert not done.returncode, done.stderr[-3000:]
    *did, odd, other, uneven, equal = done.stdout.splitlines()
    assert equal == "equal"
    assert did == ["phases", "rounds", "loaded", "train"]
    assert "Received: 5 labeled images for 2 devices" in odd
    assert "a batch that 2 devices cannot share" in uneven
    said = {
        "jax": "9 validation images for 2",
        "tensorflow": "outside of its scope",
    }
    assert said[backend] in other

import builtins
import urllib.error

import keras
import numpy as np
import pytest

from keras_ssl.data import load
from keras_ssl.data import load_digits

pytestmark = pytest.mark.core


def test_digits_are_1500_and_297_images_from_0_to_1():
    (x, y), (x_test, y_test) = load_digits()
    assert (x.shape, x_test.shape) == ((1500, 8, 8, 1), (297, 8, 8, 1))
    assert (x.dtype, x.min(), x.max()) == ("float32", 0, 1)
    assert np.ptp(np.bincount(y_test)) <= 1
    assert len(y) == 1500
    np.testing.assert_array_equal(load_digits()[1][0], x_test)


def test_digits_resize():
    (x, _), _ = load_digits(image_size=12)
    assert x.shape == (1500, 12, 12, 1)
    assert load_digits(image_size=(6, 4))[1][0].shape == (297, 6, 4, 1)


def test_digits_say_what_to_install(monkeypatch):
    real = builtins.__import__

    def without(name, *args, **kwargs):
        if name.startswith("sklearn"):
            raise ImportError(name)
        return real(name, *args, **kwargs)

    monkeypatch.setattr(builtins, "__import__", without)
    with pytest.raises(ImportError, match="pip install scikit-learn"):
        load_digits()


@pytest.mark.parametrize(
    ("name", "shape", "channels"),
    [
        ("mnist", (28, 28), 1),
        ("fashion_mnist", (28, 28), 1),
        ("cifar10", (32, 32, 3), 3),
        ("cifar100", (32, 32, 3), 3),
    ],
)
def test_keras_data_sets_have_channels_and_flat_labels(
    monkeypatch, name, shape, channels
):
    labels = np.zeros((5, 1) if channels == 3 else 5, "uint8")
    part = (np.zeros((5, *shape), "uint8"), labels)
    module = getattr(keras.datasets, name)
    monkeypatch.setattr(module, "load_data", lambda: (part, part))
    (x, y), (x_test, _) = load(name)
    assert x.shape == x_test.shape == (5, *shape[:2], channels)
    assert x.dtype == "uint8"
    assert y.shape == (5,)


def test_load_knows_digits():
    np.testing.assert_array_equal(load("digits")[1][1], load_digits()[1][1])


@pytest.mark.parametrize(
    "failure",
    [
        Exception("URL fetch failure on https://x.org/y: None -- no route"),
        urllib.error.URLError("no route"),
        TimeoutError("timed out"),
    ],
)
def test_failed_download_names_the_alternatives(monkeypatch, failure):
    def fail():
        raise failure

    monkeypatch.setattr(keras.datasets.cifar10, "load_data", fail)
    monkeypatch.setenv("KERAS_HOME", "/somewhere")
    words = "'cifar10'.*/somewhere/datasets.*fashion_mnist.*digits"
    with pytest.raises(ConnectionError, match=words) as caught:
        load("cifar10")
    assert caught.value.__suppress_context__


def test_other_failures_are_passed_on(monkeypatch):
    def fail():
        raise MemoryError

    monkeypatch.setattr(keras.datasets.mnist, "load_data", fail)
    with pytest.raises(MemoryError):
        load("mnist")


def test_unknown_name_gets_a_suggestion():
    with pytest.raises(ValueError, match="Did you mean 'cifar10'"):
        load("cifar11")

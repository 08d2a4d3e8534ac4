import zlib

import keras
import numpy as np
import pytest

from keras_ssl.utils import fingerprint as module
from keras_ssl.utils.fingerprint import checksum
from keras_ssl.utils.fingerprint import fingerprint


def network(**options):
    return keras.Sequential(
        [
            keras.Input((8, 8, 1)),
            keras.layers.RandomFlip(),
            keras.layers.Conv2D(4, 3, **options),
            keras.layers.Dropout(0.1),
            keras.layers.Flatten(),
        ]
    )


def test_the_same_network_twice_is_the_same():
    assert fingerprint(network()) == fingerprint(network())


@pytest.mark.parametrize(
    "change", [{"dilation_rate": 2}, {"activation": "elu"}]
)
def test_another_argument_of_a_layer_is_another_network(change):
    assert fingerprint(network(**change)) != fingerprint(network())


def test_layers_without_config_go_by_their_name():
    class Scale(keras.layers.Layer):
        def __init__(self, function):
            super().__init__()
            self.function = function

        def call(self, inputs):
            return self.function(inputs)

    models = [
        keras.Sequential([keras.Input((2,)), Scale(abs), keras.layers.Dense(n)])
        for n in (1, 1, 2)
    ]
    one, same, other = map(fingerprint, models)
    assert one == same != other


@pytest.mark.parametrize("shape", [(), (0, 3), (1000,), (50, 4, 4)])
def test_a_checksum_is_that_of_all_bytes_in_parts(shape, monkeypatch, tmp_path):
    monkeypatch.setattr(module, "CHUNK", 64)
    array = np.random.default_rng(0).normal(size=shape)
    expected = zlib.crc32(array.tobytes())
    assert checksum(array) == expected
    assert checksum(array.T.copy().T) == expected
    np.save(tmp_path / "a.npy", array)
    mapped = np.load(tmp_path / "a.npy", mmap_mode="r" if array.size else None)
    assert checksum(mapped) == expected

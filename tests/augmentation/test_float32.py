import keras
import pytest

from keras_ssl.augmentation.float32 import float32_policy
from keras_ssl.augmentation.float32 import in_float32

pytestmark = pytest.mark.core


def test_the_policy_comes_back_after_an_error():
    keras.config.set_dtype_policy("mixed_float16")
    seen = []
    with pytest.raises(ZeroDivisionError), float32_policy():
        seen.append(keras.config.dtype_policy().name) or 1 / 0
    assert seen == ["float32"]
    assert keras.config.dtype_policy().name == "mixed_float16"


def test_a_float32_layer_stays_the_same_object():
    layer = keras.layers.RandomFlip()
    assert in_float32(layer) is layer


def test_a_mixed_layer_is_copied_with_its_settings():
    keras.config.set_dtype_policy("mixed_float16")
    copy = in_float32(keras.layers.RandomFlip("vertical", seed=3))
    assert copy.compute_dtype == "float32"
    assert (copy.mode, copy.seed) == ("vertical", 3)


def test_sequential_is_copied_with_its_layers():
    keras.config.set_dtype_policy("mixed_bfloat16")
    inner = keras.Sequential([keras.layers.RandomBrightness(0.1)])
    copy = in_float32(keras.Sequential([keras.layers.RandomFlip(), inner]))
    assert copy.layers[0].compute_dtype == "float32"
    assert copy.layers[1].layers[0].compute_dtype == "float32"


def test_a_layer_with_weights_keeps_them():
    keras.config.set_dtype_policy("mixed_float16")
    layer = keras.layers.Normalization()
    layer.build((None, 8, 8, 3))
    assert in_float32(layer) is layer

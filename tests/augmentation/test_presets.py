import json

import keras
import numpy as np
import pytest

from keras_ssl import augmentation
from keras_ssl.augmentation import PRESETS

pytestmark = pytest.mark.core


def numpy(value):
    return keras.ops.convert_to_numpy(value)


@pytest.mark.parametrize("name", PRESETS)
def test_has_a_name_and_a_config(name):
    layer = augmentation.get(name)
    layer.value_range = (-1, 1)
    again = augmentation.get(keras.saving.serialize_keras_object(layer))
    configs = (json.dumps(each.get_config()) for each in (again, layer))
    assert next(configs) == next(configs)
    assert augmentation.get(again) is again


@pytest.mark.parametrize("name", PRESETS)
@pytest.mark.parametrize("value_range", [(0, 1), (0, 255)])
def test_repeats_with_its_seed_and_keeps_the_range(name, value_range):
    low, high = value_range
    x = np.random.default_rng(0).uniform(low, high, (20, 9, 8, 3))
    x = x.astype("float32")
    first, second = (
        numpy(PRESETS[name](seed=4, value_range=value_range)(x))
        for _ in range(2)
    )
    assert np.array_equal(first, second)
    assert not np.array_equal(first, x)
    assert low <= first.min() <= first.max() <= high


def test_torchssl_fills_with_black_and_with_the_mean_colour():
    layer = PRESETS["torchssl"](seed=0)
    operations, square = layer.parts
    assert operations.fill_value(operations.fill, 3).tolist() == [0, 0, 0]
    colour = square.fill_value(square.fill, 3)
    assert np.allclose(colour, (125, 123, 114), atol=1e-3)
    assert np.allclose(square.fill_value(square.fill, 1), 120.67, atol=0.01)


def test_cifar10_small_takes_arguments_of_the_policy():
    layer = PRESETS["cifar10_small"](mirror=False, seed=5)
    assert (layer.mirror, layer.rotate, layer.seed) == (False, 31.0, 5)


def test_unknown_names_are_answered_with_the_nearest():
    with pytest.raises(ValueError, match="Did you mean 'fixmatch'"):
        augmentation.get("fixmach")

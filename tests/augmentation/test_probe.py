import keras
import numpy as np
import pytest

from keras_ssl.augmentation import CropAndFlip
from keras_ssl.augmentation import Cutout
from keras_ssl.augmentation import LayerAugmentation
from keras_ssl.augmentation import Pipeline
from keras_ssl.augmentation import compiles

pytestmark = pytest.mark.core


@pytest.mark.parametrize("make", [CropAndFlip, Cutout])
def test_native_augmentations_compile(make):
    assert compiles(make(), (8, 8, 3))
    assert compiles(Pipeline([make()]), (8, 8, 1))


def test_a_layer_that_says_no_does_not_compile():
    rotation = keras.layers.RandomRotation(0.1)
    assert not compiles(rotation, (8, 8, 3))
    assert not compiles(LayerAugmentation(rotation), (8, 8, 3))


def test_a_layer_that_fails_does_not_compile():
    assert not compiles(keras.layers.Reshape((5,)), (8, 8, 3))


def test_leaves_the_random_state_alone():
    images = np.random.default_rng(0).normal(size=(8, 8, 8, 3))
    probed, fresh = CropAndFlip(seed=1), CropAndFlip(seed=1)
    compiles(probed, (8, 8, 3))
    assert np.array_equal(probed(images), fresh(images))

import keras
import numpy as np
import pytest

from keras_ssl.augmentation import Cutout
from keras_ssl.model.augmented import AugmentedModel


def make(share, strong="cutout"):
    network = keras.Sequential(
        [keras.Input((8, 8, 1)), keras.layers.Flatten(), keras.layers.Dense(2)]
    )
    return AugmentedModel(
        network,
        "fixmatch",
        weak=None,
        strong=strong,
        strong_labeled_share=share,
        ema=None,
    )


@pytest.mark.core
@pytest.mark.parametrize(
    ("share", "times", "used"),
    [(0.5, 1000, 0.5), ("auto", None, 0.0), ("auto", 99, 0), ("auto", 100, 1)],
)
def test_the_share_is_settled_by_how_often_images_are_seen(share, times, used):
    model = make(share)
    model.settle_strong_labeled(times)
    assert model.strong_labeled_share == share
    assert model.strong_labeled_share_used == used


@pytest.mark.core
def test_without_strong_augmentation_no_share_is_used():
    model = make("auto", strong=None)
    model.settle_strong_labeled(1000)
    assert model.strong_labeled_share_used == 0


@pytest.mark.core
def test_augmentations_are_replaced():
    model = make(1)
    model.set_augmentation(weak=Cutout(1.0, fill=0.0), strong=None)
    assert model.strong is None
    images = np.ones((2, 8, 8, 1), "float32")
    assert np.asarray(model.weak(images, training=True)).min() == 0
    with pytest.raises(ValueError, match="Did you mean 'strong'"):
        model.set_augmentation(stong=None)

import keras
import numpy as np
import pytest

from keras_ssl import augmentation
from keras_ssl.augmentation import Augmentation
from keras_ssl.augmentation import CropAndFlip
from keras_ssl.augmentation import Cutout
from keras_ssl.augmentation import LayerAugmentation
from keras_ssl.augmentation import Pipeline

pytestmark = pytest.mark.core


class Add(Augmentation):
    def __init__(self, amount=1.0, **kwargs):
        super().__init__(**kwargs)
        self.amount = amount

    def sample(self, shape):
        return keras.ops.zeros((shape[0], 1, 1, 1)) + self.amount

    def transform(self, images, parameters):
        return images + parameters


def test_two_verbs_make_an_augmentation():
    result = Add(2.0)(np.zeros((2, 4, 4, 1)))
    assert np.array_equal(result, np.full((2, 4, 4, 1), 2.0))


def test_a_subclass_saves_without_a_config_of_its_own():
    config = Add(2.0, seed=5, value_range=(0, 1)).get_config()
    again = Add.from_config(config)
    assert (again.amount, again.seed) == (2.0, 5)
    assert again.value_range == (0.0, 1.0)


@pytest.mark.parametrize("verb", ["sample", "transform"])
def test_missing_verbs_are_named(verb):
    with pytest.raises(NotImplementedError, match=f"lacks `{verb}`"):
        getattr(Augmentation(), verb)(*[None] * (1 + (verb == "transform")))


def test_value_range_falls_back_to_bytes():
    layer = Cutout()
    assert layer.value_range is None
    assert (layer.low, layer.high) == (0.0, 255.0)
    layer.value_range = [-1, 1]
    assert (layer.low, layer.high) == (-1.0, 1.0)


def test_rejects_an_empty_range():
    with pytest.raises(
        ValueError, match=r"Received: value_range=\(1, 0\).*low"
    ):
        Cutout(value_range=(1, 0))


def test_get_takes_names_classes_instances_and_configs():
    layer = Cutout(0.25)
    config = keras.saving.serialize_keras_object(layer)
    assert isinstance(augmentation.get("crop_and_flip"), CropAndFlip)
    assert isinstance(augmentation.get(Cutout), Cutout)
    assert augmentation.get(layer) is layer
    assert augmentation.get(config).size == 0.25
    assert augmentation.get(None) is None


def test_get_wraps_layers_and_lists():
    flip = keras.layers.RandomFlip()
    assert isinstance(augmentation.get(flip), LayerAugmentation)
    assert isinstance(
        augmentation.get(keras.Sequential([flip])), LayerAugmentation
    )
    pipeline = augmentation.get(["crop_and_flip", None, flip])
    assert isinstance(pipeline, Pipeline)
    kinds = [type(part) for part in pipeline.parts]
    assert kinds == [CropAndFlip, LayerAugmentation]


def test_get_suggests_the_nearest_name():
    with pytest.raises(ValueError, match="Did you mean 'cutout'"):
        augmentation.get("cutuot")


def test_get_rejects_other_things():
    with pytest.raises(TypeError, match="Received: 3"):
        augmentation.get(3)

import keras
import numpy as np
import pytest

from keras_ssl import augmentation
from keras_ssl.augmentation import CropAndFlip
from keras_ssl.augmentation import Cutout
from keras_ssl.augmentation import LayerAugmentation
from keras_ssl.augmentation import Pipeline

pytestmark = pytest.mark.core


def test_applies_its_parts_in_order():
    double = LayerAugmentation(keras.layers.Rescaling(2.0))
    add = LayerAugmentation(keras.layers.Rescaling(1.0, offset=1.0))
    ones = np.ones((1, 4, 4, 1))
    assert float(keras.ops.max(Pipeline([double, add])(ones))) == 3.0
    assert float(keras.ops.max(Pipeline([add, double])(ones))) == 4.0


def test_shares_its_value_range():
    pipeline = Pipeline([CropAndFlip(), Pipeline([Cutout()])])
    pipeline.value_range = (-1, 1)
    assert pipeline.parts[1].parts[0].value_range == (-1.0, 1.0)
    again = Pipeline([Cutout()], value_range=(0, 1))
    assert again.parts[0].high == 1.0


def test_leaves_the_ranges_of_its_parts_without_one():
    assert Pipeline([Cutout(value_range=(0, 1))]).parts[0].high == 1.0


def test_saves_and_loads(tmp_path):
    pipeline = Pipeline([CropAndFlip(0.25), Cutout(0.3)], value_range=(0, 1))
    model = keras.Sequential([keras.Input((8, 8, 3)), pipeline])
    model.save(tmp_path / "model.keras")
    loaded = keras.models.load_model(tmp_path / "model.keras").layers[0]
    assert [type(part) for part in loaded.parts] == [CropAndFlip, Cutout]
    assert loaded.get_config() == pipeline.get_config()


def test_a_sequential_of_ours_is_a_pipeline_and_gets_the_range():
    layers = [CropAndFlip(), keras.layers.RandomContrast(0.1), Cutout()]
    pipeline = augmentation.get(keras.Sequential(layers))
    pipeline.value_range = (0, 1)
    assert isinstance(pipeline, Pipeline)
    assert pipeline.parts[0] is layers[0]
    assert pipeline.parts[2].value_range == (0.0, 1.0)


def test_takes_augmentations_alone():
    with pytest.raises(TypeError, match=r"Received: 'cutout'.*get\("):
        Pipeline(["cutout"])

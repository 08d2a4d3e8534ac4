import keras
import numpy as np
import pytest

from keras_ssl.augmentation import LayerAugmentation

pytestmark = pytest.mark.core


def images():
    pixels = np.random.default_rng(0).uniform(size=(8, 6, 6, 3))
    return pixels.astype("float32")


def test_runs_in_training_mode():
    layer = LayerAugmentation(keras.layers.RandomFlip("horizontal", seed=1))
    result = keras.ops.convert_to_numpy(layer(images()))
    flipped = [
        np.array_equal(view, image[:, ::-1])
        for view, image in zip(result, images(), strict=True)
    ]
    assert 0 < sum(flipped) < 8


@pytest.mark.parametrize("policy", ["float32", "mixed_float16"])
def test_is_exact_under_mixed_precision(policy):
    keras.config.set_dtype_policy(policy)
    inner = keras.Sequential(
        [keras.layers.RandomFlip(), keras.layers.RandomFlip("vertical")]
    )
    layer = LayerAugmentation(inner)
    result = layer(images())
    assert keras.backend.standardize_dtype(result.dtype) == "float32"
    result = keras.ops.convert_to_numpy(result)
    assert np.array_equal(np.sort(result, None), np.sort(images(), None))


def test_saves_and_loads(tmp_path):
    inner = keras.layers.RandomFlip("vertical", seed=4)
    model = keras.Sequential([LayerAugmentation(inner, value_range=(0, 1))])
    model.build((None, 6, 6, 3))
    model.save(tmp_path / "model.keras")
    loaded = keras.models.load_model(tmp_path / "model.keras").layers[0]
    assert isinstance(loaded.layer, keras.layers.RandomFlip)
    assert (loaded.layer.mode, loaded.layer.seed) == ("vertical", 4)
    assert loaded.value_range == (0.0, 1.0)

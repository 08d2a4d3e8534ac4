"""KerasCV's layers inside a Keras training step, and its errors."""

import importlib.util
import sys

import keras
import numpy as np
import pytest

from keras_ssl import augmentation
from keras_ssl.augmentation import KerasCV
from keras_ssl.augmentation import compiles
from keras_ssl.augmentation.kerascv import is_kerascv

SLOW = pytest.mark.slow
TENSORFLOW = keras.backend.backend() == "tensorflow"
needs_kerascv = pytest.mark.skipif(
    not TENSORFLOW or importlib.util.find_spec("keras_cv") is None,
    reason="needs KerasCV and the TensorFlow backend",
)

# Called plainly in a Keras step, each of these fails.
LAYERS = {
    "rand_augment": lambda cv: cv.RandAugment((0, 1), rate=1.0),
    "aug_mix": lambda cv: cv.AugMix((0, 1)),
    "equalization": lambda cv: cv.Equalization((0, 1)),
    "random_apply": lambda cv: cv.RandomApply(cv.Solarization((0, 1)), rate=1),
}


def make(name):
    import keras_cv

    return LAYERS[name](keras_cv.layers)


def images(shape=(12, 8, 8, 3)):
    pixels = np.random.default_rng(0).uniform(0.1, 0.6, size=shape)
    return pixels.astype("float32")


def run(layer, x):
    return keras.ops.convert_to_numpy(layer(x))


class Net(keras.Model):
    """Augments in training only, and measures by how much."""

    def __init__(self, layer):
        super().__init__()
        self.layer = layer
        self.head = keras.layers.Dense(2)
        self.change = keras.metrics.Mean(name="change")

    def build(self, input_shape):
        self.head.build((None, int(np.prod(input_shape[1:]))))

    def call(self, x, training=False):
        if training:
            view = self.layer(x)
            change = view - keras.ops.cast(x, "float32")
            self.change.update_state(keras.ops.abs(change))
            x = view
        return self.head(keras.layers.Flatten()(x))


@needs_kerascv
@pytest.mark.parametrize(
    ("name", "policy", "shape"),
    [
        *((name, "mixed_float16", (16, 16, 3)) for name in LAYERS),
        ("default", "float32", (8, 8, 1)),
        pytest.param("default", "mixed_float16", (16, 16, 3), marks=SLOW),
        *(
            pytest.param(name, "float32", (8, 8, 1), marks=SLOW)
            for name in LAYERS
        ),
    ],
)
def test_layers_train_in_graph_mode(name, policy, shape):
    keras.config.set_dtype_policy(policy)
    layer = None if name == "default" else make(name)
    model = Net(KerasCV(layer, value_range=(0, 1)))
    loss = keras.losses.SparseCategoricalCrossentropy(from_logits=True)
    model.compile("sgd", loss, jit_compile=False)
    x = images((12, *shape))
    history = model.fit(x, np.arange(12) % 2, batch_size=6, verbose=0).history
    assert np.isfinite(history["loss"]).all()
    # Like PIL, KerasCV equalizes no image of less than 256 pixels.
    expected = -1 if (name, shape[0]) == ("equalization", 8) else 0.01
    assert history["change"][0] > expected


@needs_kerascv
@pytest.mark.parametrize("name", ["rand_augment", "random_apply"])
def test_a_layer_built_under_mixed_precision_runs_in_float32(name):
    keras.config.set_dtype_policy("mixed_float16")
    layer = KerasCV(make(name))
    keras.config.set_dtype_policy("float32")
    assert layer.layer[0].compute_dtype == "float32"
    assert run(layer, images()).dtype == np.float32


@needs_kerascv
@pytest.mark.parametrize("name", LAYERS)
def test_a_saved_model_keeps_the_layers(name, tmp_path):
    keras.config.set_dtype_policy("mixed_bfloat16")
    layer = KerasCV(make(name), value_range=(0, 1))
    model = keras.Sequential([keras.Input((8, 8, 3)), layer])
    model.save(tmp_path / "model.keras")
    loaded = keras.models.load_model(tmp_path / "model.keras").layers[0]
    assert type(loaded.layer[0]) is type(layer.layer[0])
    assert loaded.layer[0].compute_dtype == "float32"
    config = keras.tree.map_structure(str, layer.get_config()["layer"])
    again = keras.tree.map_structure(str, loaded.get_config()["layer"])
    assert keras.tree.flatten(again) == keras.tree.flatten(config)
    assert run(loaded, images()).shape == (12, 8, 8, 3)


@needs_kerascv
def test_layers_run_in_order_and_in_the_images_own_range():
    import keras_cv

    cv = keras_cv.layers
    invert = cv.Solarization((0, 1))
    grey = cv.Grayscale(output_channels=3)
    for layers in ([grey, invert], keras.Sequential([grey, invert])):
        result = run(KerasCV(layers), images())
        assert np.allclose(result, result[..., :1], atol=1e-5)
        assert np.allclose(result.mean(), 1 - images().mean(), atol=0.02)


@needs_kerascv
def test_the_result_is_clipped_to_a_known_range():
    import keras_cv

    brighter = keras_cv.layers.Rescaling(4.0)
    assert run(KerasCV(brighter), images()).max() > 2
    assert run(KerasCV(brighter, value_range=(0, 1)), images()).max() == 1


@needs_kerascv
@pytest.mark.parametrize("value_range", [(0, 1), (-1, 1), (0, 255)])
def test_default_view_does_the_same_in_every_range(value_range):
    low, high = value_range
    x = low + images((64, 8, 8, 1)) * (high - low)
    view = (run(KerasCV(value_range=value_range, seed=1), x) - low) / (
        high - low
    )
    change = np.abs(view - images((64, 8, 8, 1))).max(axis=(1, 2, 3))
    assert (change > 0.01).mean() > 0.9
    hidden = np.isclose(view, 0.5, atol=1e-5).mean()
    assert 0.1 < hidden < 0.3


@needs_kerascv
def test_grey_stays_grey_and_other_channels_are_refused():
    layer = KerasCV(value_range=(0, 1))
    assert run(layer, images((3, 8, 8, 1))).shape == (3, 8, 8, 1)
    with pytest.raises(ValueError, match=r"4 channels.*1 or 3.*Pass"):
        layer(images((3, 8, 8, 4)))


@needs_kerascv
def test_xla_compiles_some_layers():
    import keras_cv

    assert compiles(KerasCV(keras_cv.layers.RandomFlip()), (8, 8, 3))
    assert not compiles(KerasCV(), (8, 8, 3))
    assert not compiles(KerasCV(make("equalization")), (8, 8, 3))


@needs_kerascv
def test_get_knows_kerascv_layers():
    layer = make("random_apply")
    assert is_kerascv(layer)
    for identifier in (layer, keras.Sequential([layer])):
        found = augmentation.get(identifier)
        assert isinstance(found, KerasCV)
        assert found.layer == [layer]
    assert not is_kerascv(keras.layers.RandomFlip())


@pytest.mark.core
@pytest.mark.skipif(TENSORFLOW, reason="needs another backend")
def test_another_backend_is_refused():
    with pytest.raises(ValueError, match=r"backend '.*'tensorflow'.*Set"):
        KerasCV()


@pytest.mark.skipif(not TENSORFLOW, reason="needs the TensorFlow backend")
@pytest.mark.parametrize(
    ("installed", "advice"),
    [(False, r"keras_ssl\[kerascv\]"), (True, r"keras<3\.16")],
)
def test_an_import_that_fails_says_what_to_install(
    monkeypatch, installed, advice
):
    monkeypatch.setitem(sys.modules, "keras_cv", None)
    monkeypatch.setattr(
        importlib.util, "find_spec", lambda name: installed or None
    )
    with pytest.raises(ImportError, match=rf"Received.*Expected.*{advice}"):
        KerasCV()

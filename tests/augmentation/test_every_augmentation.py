"""What every registered augmentation promises."""

import inspect

import keras
import numpy as np
import pytest

from keras_ssl import augmentation
from keras_ssl.augmentation import AUGMENTATIONS

pytestmark = pytest.mark.core
TENSORFLOW = keras.backend.backend() == "tensorflow"
NAMES = [name for name in AUGMENTATIONS if name != "kerascv" or TENSORFLOW]
NATIVE = [name for name in NAMES if name != "kerascv"]
RANGES = [(0, 1), (-1, 1), (0, 255)]


def images(shape=(16, 8, 8, 3), low=0.0, high=1.0):
    pixels = np.random.default_rng(0).uniform(low, high, size=shape)
    return pixels.astype("float32")


def run(layer, x):
    return keras.ops.convert_to_numpy(layer(x))


class Net(keras.Model):
    """Augments in training only, as the wrapper model does."""

    def __init__(self, layer):
        super().__init__()
        self.layer = layer
        self.head = keras.layers.Dense(2)

    def build(self, input_shape):
        self.head.build((None, int(np.prod(input_shape[1:]))))

    def call(self, x, training=False):
        x = self.layer(x) if training else x
        return self.head(keras.layers.Flatten()(x))


@pytest.mark.parametrize("name", NAMES)
@pytest.mark.parametrize("shape", [(1, 8, 8, 1), (3, 9, 14, 3)])
def test_keeps_shape_and_is_float32(name, shape):
    layer = augmentation.get(name)
    result = layer(images(shape) * 255)
    assert tuple(result.shape) == shape
    assert keras.backend.standardize_dtype(result.dtype) == "float32"


@pytest.mark.parametrize("name", NAMES)
@pytest.mark.parametrize("value_range", RANGES)
def test_stays_in_the_value_range_and_uses_it(name, value_range):
    layer = AUGMENTATIONS[name](value_range=value_range, seed=1)
    result = run(layer, images((32, 8, 8, 3), *value_range))
    low, high = value_range
    assert low <= result.min() < low + 0.1 * (high - low)
    assert high >= result.max() > high - 0.1 * (high - low)


@pytest.mark.parametrize("name", NAMES)
def test_draws_anew_for_each_image_and_each_call(name):
    layer = AUGMENTATIONS[name](value_range=(0, 1), seed=1)
    same = np.repeat(images((1, 8, 8, 3)), 16, axis=0)
    first, second = run(layer, same), run(layer, same)
    assert len({image.tobytes() for image in first}) > 4
    assert not np.array_equal(first, second)


@pytest.mark.parametrize("name", NATIVE)
def test_same_seed_same_images(name):
    x = images()
    first, second = (AUGMENTATIONS[name](seed=7) for _ in range(2))
    assert np.array_equal(run(first, x), run(second, x))
    other = AUGMENTATIONS[name](seed=8)
    assert not np.array_equal(run(first, x), run(other, x))


@pytest.mark.parametrize("name", NAMES)
@pytest.mark.parametrize("policy", ["mixed_float16", "mixed_bfloat16"])
def test_mixed_precision_changes_nothing(name, policy):
    keras.config.set_dtype_policy(policy)
    layer = AUGMENTATIONS[name](value_range=(0, 1), seed=1)
    x = np.full((8, 8, 8, 3), 1 / 3, "float32")
    result = layer(x)
    assert keras.backend.standardize_dtype(result.dtype) == "float32"
    assert np.any(run(layer, x) == x[0, 0, 0, 0])
    assert keras.config.dtype_policy().name == policy


@pytest.mark.parametrize("name", NAMES)
def test_takes_uint8(name):
    x = (images() * 255).astype("uint8")
    result = run(AUGMENTATIONS[name](seed=1), x)
    assert result.dtype == np.float32
    assert 200 < result.max() <= 255


@pytest.mark.parametrize("name", NATIVE)
@pytest.mark.parametrize("channels", [1, 3, 4])
def test_takes_any_number_of_channels(name, channels):
    x = np.repeat(images((4, 9, 7, 1)), channels, axis=-1)
    result = run(AUGMENTATIONS[name](value_range=(0, 1), seed=1), x)
    assert np.array_equal(result, np.repeat(result[..., :1], channels, -1))
    assert not np.array_equal(result, x)


@pytest.mark.parametrize("name", NAMES)
def test_every_argument_is_in_the_config(name):
    cls = AUGMENTATIONS[name]
    config = cls(seed=3, value_range=(-1, 1)).get_config()
    own = set(inspect.signature(cls).parameters) - {"kwargs"}
    assert own | {"seed", "value_range", "name"} <= set(config)
    again = cls.from_config(config).get_config()
    assert again == config
    assert again["seed"] == 3
    assert tuple(again["value_range"]) == (-1, 1)


@pytest.mark.parametrize("name", NAMES)
def test_a_saved_model_keeps_it(name, tmp_path):
    layer = AUGMENTATIONS[name](seed=3)
    layer.value_range = (-1, 1)
    inputs = keras.Input((8, 8, 1))
    model = keras.Model(inputs, layer(inputs))
    model.save(tmp_path / "model.keras")
    loaded = keras.models.load_model(tmp_path / "model.keras").layers[-1]
    assert type(loaded) is type(layer)
    assert loaded.value_range == (-1.0, 1.0)
    assert loaded.get_config() == layer.get_config()


@pytest.mark.parametrize("name", NAMES)
@pytest.mark.parametrize(
    ("policy", "shape"),
    [("float32", (8, 8, 1)), ("mixed_float16", (9, 16, 3))],
)
def test_trains_inside_a_compiled_step(name, policy, shape):
    keras.config.set_dtype_policy(policy)
    model = Net(AUGMENTATIONS[name](value_range=(0, 1)))
    loss = keras.losses.SparseCategoricalCrossentropy(from_logits=True)
    x = images((6, *shape))
    model.compile("sgd", loss, jit_compile=name in NATIVE)
    history = model.fit(x, np.arange(6) % 2, batch_size=4, verbose=0)
    assert np.isfinite(history.history["loss"]).all()
    assert np.array_equal(
        model.predict(x, verbose=0), model.predict_on_batch(x)
    )


@pytest.mark.parametrize("name", NATIVE)
def test_draws_anew_in_every_compiled_step(name):
    model = keras.Sequential([keras.Input((8, 8, 3)), AUGMENTATIONS[name]()])
    model.compile(jit_compile=True)
    x = images()
    assert not np.array_equal(
        model.predict_on_batch(x), model.predict_on_batch(x)
    )


@pytest.mark.parametrize("name", NATIVE)
def test_transform_is_pure(name):
    layer = AUGMENTATIONS[name]()
    x = keras.ops.convert_to_tensor(images())
    drawn = layer.sample(x.shape)
    first, second = layer.transform(x, drawn), layer.transform(x, drawn)
    assert np.array_equal(*map(keras.ops.convert_to_numpy, (first, second)))

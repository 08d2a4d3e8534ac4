"""What every registered augmentation promises."""

import inspect

import keras
import numpy as np
import pytest

from keras_ssl import augmentation
from keras_ssl.augmentation import AUGMENTATIONS
from tests.augmentation.always import Always
from tests.backends import TENSORFLOW
from tests.backends import TORCH
from tests.backends import once

pytestmark = pytest.mark.core
SLOW = pytest.mark.slow
NAMES = [name for name in AUGMENTATIONS if name != "kerascv" or TENSORFLOW]
# KerasCV's layers have the same checks, shorter, in a file of their own.
MOST = [pytest.param(n, marks=SLOW) if n == "kerascv" else n for n in NAMES]
NATIVE = [name for name in NAMES if name != "kerascv"]
RANGES = [(0, 1), (-1, 1), (0, 255)]
FEWEST = {"random_grayscale": 1, "random_rotation90": 2}
SHAPE = (16, 8, 8, 3)  # one for all: JAX compiles every operation for a shape
UNEVEN = (20, 9, 8, 3) if TENSORFLOW else SHAPE
SHAPES = [(1, 8, 8, 1), (3, 9, 14, 3)] if TENSORFLOW else [SHAPE]
CHANNELS = [1, 3, 4] if TENSORFLOW else [3]
# Interpolates, mixes, and hides: in a step, others repeat one of these.
TRAINED = {"random_resized_crop", "mixup", "cutout"}
# In graphs, RandAugment has the colours, which take long to compile.
MILD = {"policy": {"color_level": 0}}


def images(shape=SHAPE, low=0.0, high=1.0):
    pixels = np.random.default_rng(0).uniform(low, high, size=shape)
    return pixels.astype("float32")


def make(name, **options):
    """The augmentation of a name; a `Policy` is told to do something."""
    if name == "policy":
        options = {
            "mirror": True,
            "color_level": 3,
            "spatial_level": 3,
        } | options
    return AUGMENTATIONS[name](**options)


def call(layer, x):
    """The images that come out; labels go along where they must."""
    if not layer.needs_labels:
        return layer(x, training=True)
    labels = keras.ops.cast(x[:, 0, 0, :1], "float32")
    return layer({"images": x, "labels": labels}, training=True)["images"]


def run(layer, x):
    return keras.ops.convert_to_numpy(call(layer, x))


class Net(keras.Model):
    """Augments in training only, as the wrapper model does."""

    def __init__(self, layer):
        super().__init__()
        self.layer = layer
        self.head = keras.layers.Dense(2)

    def build(self, input_shape):
        self.head.build((None, int(np.prod(input_shape[1:]))))

    def call(self, x, training=False):
        x = call(self.layer, x) if training else x
        return self.head(keras.layers.Flatten()(x))


@pytest.mark.parametrize("name", NAMES)
@pytest.mark.parametrize("shape", SHAPES)
def test_keeps_shape_and_is_float32(name, shape):
    layer = augmentation.get(name)
    result = call(layer, images(shape) * 255)
    assert tuple(result.shape) == shape
    assert keras.backend.standardize_dtype(result.dtype) == "float32"


@pytest.mark.parametrize("name", MOST)
@pytest.mark.parametrize("value_range", RANGES)
def test_stays_in_the_value_range_and_uses_it(name, value_range):
    layer = make(name, value_range=value_range, seed=1)
    result = run(layer, images(SHAPE, *value_range))
    low, high = value_range
    assert low <= result.min() < low + 0.1 * (high - low)
    assert high >= result.max() > high - 0.1 * (high - low)


@pytest.mark.parametrize("name", NAMES)
def test_draws_anew_for_each_image_and_each_call(name):
    layer = make(name, value_range=(0, 1), seed=1)
    same = np.repeat(images((1, 8, 8, 3)), 16, axis=0)
    if layer.needs_labels:  # it needs others to mix with
        same = images()
    first, second = run(layer, same), run(layer, same)
    assert len({image.tobytes() for image in first}) > FEWEST.get(name, 4)
    assert not np.array_equal(first, second)


@pytest.mark.parametrize("name", NATIVE)
def test_same_seed_same_images(name):
    x = images()
    first, second = (make(name, seed=7) for _ in range(2))
    assert np.array_equal(run(first, x), run(second, x))
    other = make(name, seed=80)
    assert not np.array_equal(run(first, x), run(other, x))


def in_graph(layer, x):
    """Called while TensorFlow builds a graph: it compiles itself there."""
    import tensorflow as tf

    return tf.function(lambda x: call(layer, x), autograph=False)(x)


def in_dataset(layer, x):
    import tensorflow as tf

    dataset = tf.data.Dataset.from_tensors(x)
    return next(iter(dataset.map(lambda x: call(layer, x))))


def alike(a, b):
    a, b = map(keras.ops.convert_to_numpy, (a, b))
    return np.isclose(a, b, atol=1e-5).mean() > 0.998


def twins(name):
    options = {"value_range": (0, 1), "seed": 7, **MILD.get(name, {})}
    return [make(name, **options) for _ in range(2)]


@pytest.mark.skipif(not TENSORFLOW, reason="JAX has no graphs")
@pytest.mark.parametrize(
    ("name", "place"),
    [
        pytest.param(
            name,
            place,
            marks=() if (place is in_dataset) == (name in TRAINED) else SLOW,
        )
        for name in NATIVE
        for place in (in_graph, in_dataset)
    ],
)
def test_same_images_eager_or_in_a_graph(name, place):
    x = images(UNEVEN)
    first, second = twins(name)
    assert alike(place(second, x), call(first, x))


@pytest.mark.parametrize("name", NATIVE)
def test_same_images_in_each_compiled_step_and_others_in_the_next(name):
    x = images(UNEVEN)
    first, second = twins(name)
    model = Always(second)
    given = {"images": x, "labels": x[:, 0, 0, :1]}
    results = []
    for _ in range(2):
        if second.needs_labels:
            results.append(model.predict_on_batch(given)["images"])
        else:
            results.append(model.predict_on_batch(x))
        assert alike(results[-1], call(first, x))
    assert not np.array_equal(*results)


@pytest.mark.parametrize("name", MOST)
@pytest.mark.parametrize("policy", ["mixed_float16", "mixed_bfloat16"])
def test_mixed_precision_changes_nothing(name, policy):
    x = np.full(SHAPE, 1 / 3, "float32")
    expected = run(make(name, value_range=(0, 1), seed=1), x)
    keras.config.set_dtype_policy(policy)
    result = call(make(name, value_range=(0, 1), seed=1), x)
    assert keras.backend.standardize_dtype(result.dtype) == "float32"
    result = keras.ops.convert_to_numpy(result)
    if name in NATIVE:
        assert np.array_equal(result, expected)
    assert np.any(np.isin(result, np.unique(expected)))
    assert keras.config.dtype_policy().name == policy


@pytest.mark.parametrize("name", NAMES)
def test_takes_uint8(name):
    x = (images() * 255).astype("uint8")
    result = run(make(name, seed=1), x)
    assert result.dtype == np.float32
    assert 200 < result.max() <= 255


@pytest.mark.parametrize("name", NATIVE)
@pytest.mark.parametrize("channels", CHANNELS)
def test_takes_any_number_of_channels(name, channels):
    x = np.repeat(images((*UNEVEN[:3], 1)), channels, axis=-1)
    result = run(make(name, value_range=(0, 1), seed=1), x)
    grey = np.repeat(result[..., :1], channels, axis=-1)
    assert np.allclose(result, grey, atol=1e-6)
    if name != "random_grayscale":
        assert not np.allclose(result, x, atol=1e-3)


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


@once
@pytest.mark.parametrize("name", NAMES)
def test_a_saved_model_keeps_it(name, tmp_path):
    layer = make(name, seed=3)
    layer.value_range = (-1, 1)
    inputs = keras.Input((8, 8, 1))
    model = keras.Model(inputs, call(layer, inputs))
    model.save(tmp_path / "model.keras")
    layers = keras.models.load_model(tmp_path / "model.keras").layers
    (loaded,) = (each for each in layers if each.name == layer.name)
    assert type(loaded) is type(layer)
    assert loaded.value_range == (-1.0, 1.0)
    assert loaded.get_config() == layer.get_config()


@pytest.mark.parametrize(
    "name",
    [pytest.param(n, marks=() if n in TRAINED else SLOW) for n in NAMES],
)
@pytest.mark.parametrize(
    ("policy", "shape", "count", "xla"),
    [
        pytest.param(*("float32", (8, 8, 1), 6, False), marks=[once, SLOW]),
        ("mixed_float16", (9, 16, 3), 4, True),  # XLA compiles for each count
    ],
)
def test_trains_inside_a_compiled_step(name, policy, shape, count, xla):
    keras.config.set_dtype_policy(policy)
    model = Net(make(name, value_range=(0, 1)))
    loss = keras.losses.SparseCategoricalCrossentropy(from_logits=True)
    x = images((count, *shape))
    xla = xla and name in NATIVE and not TORCH
    model.compile("sgd", loss, jit_compile=xla)
    history = model.fit(x, np.arange(count) % 2, batch_size=4, verbose=0)
    assert np.isfinite(history.history["loss"]).all()


@pytest.mark.parametrize("name", NATIVE)
def test_transform_is_pure(name):
    layer = make(name)
    x = keras.ops.convert_to_tensor(images())
    drawn = layer.sample(x.shape)
    first, second = layer.transform(x, drawn), layer.transform(x, drawn)
    assert np.array_equal(*map(keras.ops.convert_to_numpy, (first, second)))


@once
@pytest.mark.parametrize("name", NAMES)
def test_changes_nothing_at_inference(name):
    x = images()
    assert np.array_equal(make(name)(x, training=False), x)
    inputs = keras.Input((8, 8, 3))
    model = keras.Model(inputs, make(name)(inputs))
    assert np.array_equal(model.predict_on_batch(x), x)

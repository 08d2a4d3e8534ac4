import keras
import numpy as np
import pytest

from keras_ssl.augmentation.random_erasing import RandomErasing
from tests.backends import slow_on_jax

pytestmark = pytest.mark.core


def draws(layer, shape):
    return {
        name: keras.ops.convert_to_numpy(value)[:, 0]
        for name, value in layer.sample(shape).items()
    }


def chi_squared(values, low, high):
    counts, _ = np.histogram(values, bins=10, range=(low, high))
    assert counts.sum() == len(values)
    return np.sum((counts - len(values) / 10) ** 2) / (len(values) / 10)


@pytest.mark.parametrize(
    ("shape", "fill", "value"),
    [
        ((64, 9, 13, 3), (0, 0.25, 1), [-5.0, 0.0, 15.0]),
        slow_on_jax((64, 8, 8, 3), 0.5, [5.0, 5.0, 5.0]),
        slow_on_jax((1, 6, 5, 1), 0.0, [-5.0]),
    ],
)
def test_fills_exactly_the_rectangle(shape, fill, value):
    images = np.random.default_rng(0).normal(size=shape).astype("float32")
    layer = RandomErasing(0.8, fill=fill, value_range=(-5, 15), seed=2)
    drawn = layer.sample(shape)
    view = layer.transform(keras.ops.convert_to_tensor(images), drawn)
    numbers = {k: keras.ops.convert_to_numpy(v)[:, 0] for k, v in drawn.items()}
    expected = images.copy()
    for row, image in enumerate(expected):
        top, left, height, width = (
            int(numbers[name][row])
            for name in ("top", "left", "height", "width")
        )
        image[top : top + height, left : left + width] = value
    assert not np.array_equal(expected, images)
    assert np.array_equal(keras.ops.convert_to_numpy(view), expected)


def test_area_and_aspect_ratio_are_as_drawn_by_torchvision():
    layer = RandomErasing(1.0, (0.02, 0.2), ratio=(0.3, 3.3), seed=0)
    drawn = draws(layer, (5000, 9000, 8000, 3))
    height, width = drawn["height"], drawn["width"]
    area = height.astype("float64") * width / (9000 * 8000)
    aspect = np.log(height / width)
    # Sides are whole pixels: a bit of room at both ends.
    assert chi_squared(area, 0.0199, 0.2001) < 21.7  # 1 % at 9 df
    assert chi_squared(aspect, np.log(0.299), np.log(3.301)) < 21.7
    assert abs(np.corrcoef(area, aspect)[0, 1]) < 0.05


@pytest.mark.parametrize(
    ("start", "length", "side"), [("top", "height", 50), ("left", "width", 80)]
)
def test_places_are_uniform_over_all_that_are_inside(start, length, side):
    layer = RandomErasing(1.0, (0.1, 0.1), ratio=(1, 1), seed=0)
    drawn = draws(layer, (5000, 50, 80, 3))
    assert set(drawn[length]) == {20}
    values, counts = np.unique(drawn[start], return_counts=True)
    assert values.tolist() == list(range(side - 20 + 1))
    expected = 5000 / len(values)
    limit = len(values) + 3.5 * np.sqrt(2 * len(values))
    assert np.sum((counts - expected) ** 2 / expected) < limit


@pytest.mark.parametrize(
    "shape", [(2000, 5, 31, 1), slow_on_jax((2000, 8, 8, 3))]
)
def test_rectangles_lie_wholly_inside(shape):
    layer = RandomErasing(1.0, (0.0, 1.0), ratio=(0.01, 100), seed=0)
    drawn = draws(layer, shape)
    for start, length, side in [
        ("top", "height", shape[1]),
        ("left", "width", shape[2]),
    ]:
        assert drawn[start].min() >= 0
        assert (drawn[start] + drawn[length]).max() == side
        assert drawn[length].max() == side


def test_rate_is_the_share_of_images_that_change():
    images = np.random.default_rng(0).uniform(0, 1, (1, 6, 6, 3))
    images = np.repeat(images, 4000, axis=0).astype("float32")
    layer = RandomErasing(0.3, (0.1, 0.4), fill=2 / 3, seed=0)
    views = keras.ops.convert_to_numpy(layer(images))
    changed = (views != images).any(axis=(1, 2, 3))
    assert abs(changed.mean() - 0.3) < 0.025
    assert len({view.tobytes() for view in views[changed]}) > 50


def test_rate_0_changes_nothing_at_all():
    images = np.random.default_rng(0).normal(size=(64, 9, 7, 3))
    images = images.astype("float32")
    views = keras.ops.convert_to_numpy(RandomErasing(rate=0)(images))
    assert np.array_equal(views, images)


def test_masks_and_boxes_stay():
    inputs = {
        "images": np.ones((4, 8, 8, 3)),
        "segmentation_masks": np.ones((4, 8, 8), "int32"),
        "bounding_boxes": np.array([[[1.0, 2.0, 5.0, 6.0]]] * 4),
    }
    outputs = RandomErasing(1.0, fill=0.0, value_range=(0, 1))(inputs)
    assert keras.ops.convert_to_numpy(outputs["images"]).min() == 0
    for name in ("segmentation_masks", "bounding_boxes"):
        result = keras.ops.convert_to_numpy(outputs[name])
        assert np.array_equal(result, inputs[name])


@pytest.mark.parametrize(
    ("arguments", "message"),
    [
        ({"rate": 50}, "Received: rate=50.*from 0 to 1"),
        ({"scale": (2, 33)}, "Received: scale=.*from 0 to 1.*twice"),
        ({"scale": 0.1}, "Received: scale=0.1.*smallest, largest"),
        ({"ratio": (0, 3.3)}, "Received: ratio=.*from 0.01 to 100"),
        ({"fill": 127}, "Received: fill=127.*from 0.*to 1.*Divide"),
        ({"fill": (0, 0, 255)}, "Received: fill=.*Divide"),
    ],
)
def test_rejects_what_is_out_of_bounds(arguments, message):
    with pytest.raises(ValueError, match=message):
        RandomErasing(**arguments)

import keras
import numpy as np
import pytest

from keras_ssl.augmentation import Cutout
from tests.backends import slow_on_jax

pytestmark = pytest.mark.core


def square(image, row, column, side, fill):
    """The definition, for one image."""
    image = image.copy()
    top, left = row - side // 2, column - side // 2
    rows = slice(max(top, 0), max(top + side, 0))
    image[rows, max(left, 0) : max(left + side, 0)] = fill
    return image


@pytest.mark.parametrize(
    ("shape", "size", "side"),
    [
        ((64, 9, 13, 1), 0.55, 5),
        slow_on_jax((64, 8, 8, 3), 0.5, 4),
        slow_on_jax((1, 6, 5, 4), 0, 0),
    ],
)
def test_hides_exactly_the_square(shape, size, side):
    images = np.random.default_rng(0).normal(size=shape).astype("float32")
    layer = Cutout(size, fill=0.25, value_range=(0, 28), seed=1)
    drawn = layer.sample(shape)
    view = layer.transform(keras.ops.convert_to_tensor(images), drawn)
    centres = [keras.ops.convert_to_numpy(drawn[k]) for k in ("row", "column")]
    assert (keras.ops.convert_to_numpy(drawn["side"]) == side).all()
    expected = [
        square(image, row[0], column[0], side, 7.0)
        for image, row, column in zip(images, *centres, strict=True)
    ]
    assert np.array_equal(keras.ops.convert_to_numpy(view), np.stack(expected))


def test_centres_are_uniform_over_the_image():
    drawn = Cutout(seed=0).sample((5000, 6, 9, 3))
    for name, side in [("row", 6), ("column", 9)]:
        centres = keras.ops.convert_to_numpy(drawn[name])
        values, counts = np.unique(centres, return_counts=True)
        assert values.tolist() == list(range(side))
        expected = 5000 / side
        assert np.sum((counts - expected) ** 2 / expected) < 20.1  # 1 %, 8 df


@pytest.mark.parametrize(
    ("value_range", "middle"),
    [(None, 127.5), ((0, 1), 0.5), ((-1, 1), 0.0), ((0, 255), 127.5)],
)
def test_fills_with_the_middle_of_the_range(value_range, middle):
    images = np.full((4, 8, 8, 1), 0.25, "float32")
    view = Cutout(value_range=value_range)(images)
    values = np.unique(keras.ops.convert_to_numpy(view))
    assert values.tolist() == sorted([0.25, middle])


def test_draws_a_side_for_each_image():
    drawn = Cutout((0.25, 0.75), seed=0).sample((5000, 8, 9, 3))["side"]
    values, counts = np.unique(
        keras.ops.convert_to_numpy(drawn), return_counts=True
    )
    assert values.tolist() == [2, 3, 4, 5, 6]
    expected = 5000 * np.array([1, 2, 2, 2, 1]) / 8
    assert np.sum((counts - expected) ** 2 / expected) < 13.3  # 1 %, 4 df


def test_fills_each_channel_with_its_own_colour():
    layer = Cutout(1.0, fill=(0.0, 0.5, 1.0), value_range=(-1, 1), seed=0)
    view = layer.transform(
        keras.ops.full((1, 4, 4, 3), 0.3),
        {name: keras.ops.array([[2]]) for name in ("row", "column")}
        | {"side": keras.ops.array([[4]])},
    )
    values = keras.ops.convert_to_numpy(view).reshape(-1, 3)
    assert np.array_equal(values, np.tile([-1.0, 0.0, 1.0], (16, 1)))


def test_rejects_pixels():
    with pytest.raises(ValueError, match=r"Received: size=16.*0 to 1.*Divide"):
        Cutout(size=16)

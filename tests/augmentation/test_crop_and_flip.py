import keras
import numpy as np
import pytest

from keras_ssl.augmentation import CropAndFlip
from tests.backends import slow_on_jax

pytestmark = pytest.mark.core


def draws(layer, shape):
    return {
        name: keras.ops.convert_to_numpy(value)[:, 0]
        for name, value in layer.sample(shape).items()
    }


def pad_crop_flip(image, down, right, flip):
    """The definition, for one image."""
    height, width, _ = image.shape
    pad = min(height, width) - 1
    big = np.pad(image, ((pad, pad), (pad, pad), (0, 0)), "reflect")
    top, left = pad + down, pad + right
    view = big[top : top + height, left : left + width]
    return view[:, ::-1] if flip else view


@pytest.mark.parametrize(
    "shape",
    [(64, 9, 13, 3), slow_on_jax((64, 8, 8, 1)), slow_on_jax((1, 6, 5, 4))],
)
@pytest.mark.parametrize("shift", [0.0, 0.125, 0.5])
def test_equals_padding_and_cropping(shape, shift):
    images = np.random.default_rng(0).normal(size=shape).astype("float32")
    drawn = draws(CropAndFlip(shift, seed=1), shape)
    rows = zip(images, *drawn.values(), strict=True)
    columns = {name: value[:, None] for name, value in drawn.items()}
    view = CropAndFlip(shift).transform(
        keras.ops.convert_to_tensor(images), columns
    )
    expected = np.stack([pad_crop_flip(*row) for row in rows])
    assert np.array_equal(keras.ops.convert_to_numpy(view), expected)


@pytest.mark.parametrize("axis", ["down", "right"])
def test_shifts_are_uniform_and_independent_of_flips(axis):
    drawn = draws(CropAndFlip(0.125, seed=0), (5000, 24, 16, 3))
    most = 3 if axis == "down" else 2
    values, counts = np.unique(drawn[axis], return_counts=True)
    assert values.tolist() == list(range(-most, most + 1))
    expected = 5000 / len(values)
    assert np.sum((counts - expected) ** 2 / expected) < 16.8  # 1 % at 6 df
    assert abs(np.corrcoef(drawn[axis], drawn["flip"])[0, 1]) < 0.05


def test_flips_every_other_image():
    flips = draws(CropAndFlip(seed=0), (5000, 8, 8, 3))["flip"]
    assert abs(flips.mean() - 0.5) < 0.02


def test_flip_can_be_turned_off():
    assert not draws(CropAndFlip(flip=False), (100, 8, 8, 3))["flip"].any()


def test_down_and_right_are_drawn_apart():
    drawn = draws(CropAndFlip(seed=0), (5000, 32, 32, 3))
    assert abs(np.corrcoef(drawn["down"], drawn["right"])[0, 1]) < 0.05


def test_a_shift_of_the_whole_side_stays_inside_the_reflection():
    drawn = draws(CropAndFlip(1.0, seed=0), (500, 4, 1, 1))
    assert set(drawn["down"]) == set(range(-3, 4))
    assert set(drawn["right"]) == {0}


def test_rejects_pixels():
    with pytest.raises(ValueError, match=r"Received: shift=4.*0 to 1.*Divide"):
        CropAndFlip(shift=4)

"""The warp against Pillow's."""

import keras
import numpy as np
import pytest
from PIL import Image
from sklearn.datasets import load_sample_images

from keras_ssl.augmentation import affine

pytestmark = pytest.mark.core
PHOTO = load_sample_images().images[0][::8, ::10]
SIDE = PHOTO.shape[:2]
RESAMPLE = {
    "nearest": Image.Resampling.NEAREST,
    "bilinear": Image.Resampling.BILINEAR,
}


def tensor(*numbers):
    return keras.ops.convert_to_tensor(np.array(numbers, "float32"))


def warp(image, matrix, **options):
    images = keras.ops.convert_to_tensor(image[None], "float32")
    return keras.ops.convert_to_numpy(affine.warp(images, matrix, **options))[0]


def share_within_one_level(result, expected):
    difference = np.abs(np.floor(result + 0.5) - np.asarray(expected))
    return np.mean(difference.max(axis=-1) <= 1)


MATRICES = {
    "shear_x": lambda: affine.shear(x=tensor(0.27)),
    "shear_y": lambda: affine.shear(y=tensor(-0.3)),
    "translate": lambda: affine.translation(tensor(3.0), -5.0),
    "fraction": lambda: affine.translation(tensor(2.4), 1.7),
    "shrink": lambda: affine.scaling(tensor(1.3), 1.2),
    "grow": lambda: affine.about_middle(
        affine.scaling(tensor(0.7), 0.6), *SIDE
    ),
    "together": lambda: keras.ops.matmul(
        affine.about_middle(affine.rotation(tensor(17.0)), *SIDE),
        affine.shear(x=tensor(0.2)),
    ),
}


@pytest.mark.parametrize("interpolation", RESAMPLE)
@pytest.mark.parametrize("name", MATRICES)
def test_warp_equals_pillow(name, interpolation):
    matrix = MATRICES[name]()
    numbers = keras.ops.convert_to_numpy(matrix)[0, :2].ravel().tolist()
    expected = Image.fromarray(PHOTO).transform(
        SIDE[::-1],
        Image.Transform.AFFINE,
        numbers,
        resample=RESAMPLE[interpolation],
    )
    result = warp(PHOTO, matrix, interpolation=interpolation)
    assert share_within_one_level(result, expected) >= 0.99


@pytest.mark.parametrize("interpolation", RESAMPLE)
@pytest.mark.parametrize("degrees", [-30.0, 5.0, 90.0, 123.0])
def test_rotation_equals_pillow(degrees, interpolation):
    matrix = affine.about_middle(affine.rotation(tensor(degrees)), *SIDE)
    expected = Image.fromarray(PHOTO).rotate(
        degrees, resample=RESAMPLE[interpolation], fillcolor=(9, 60, 200)
    )
    result = warp(
        PHOTO, matrix, interpolation=interpolation, fill=[9.0, 60.0, 200.0]
    )
    assert share_within_one_level(result, expected) >= 0.99


@pytest.mark.parametrize("interpolation", RESAMPLE)
def test_identity_changes_nothing(interpolation):
    result = warp(PHOTO, affine.identity(1), interpolation=interpolation)
    assert np.array_equal(result, PHOTO.astype("float32"))


def test_every_image_is_seen_through_its_own_matrix():
    images = np.random.default_rng(0).normal(size=(3, 6, 5, 2))
    matrix = affine.translation(tensor(0.0, 1.0, -2.0), tensor(0.0, 2.0, 1.0))
    result = keras.ops.convert_to_numpy(
        affine.warp(keras.ops.convert_to_tensor(images, "float32"), matrix)
    )
    expected = np.zeros_like(images)
    expected[0] = images[0]
    expected[1, :4, :4] = images[1, 2:, 1:]
    expected[2, :5, 2:] = images[2, 1:, :3]
    assert np.allclose(result, expected)


def test_mirror_swaps_left_and_right():
    result = warp(PHOTO, affine.mirror(tensor(1.0), SIDE[1]))
    assert np.array_equal(result, PHOTO[:, ::-1])
    assert np.array_equal(
        warp(PHOTO, affine.mirror(tensor(0.0), SIDE[1])), PHOTO
    )

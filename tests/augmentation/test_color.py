"""Every colour operation against Pillow, on photographs and random images."""

import colorsys

import keras
import numpy as np
import pytest
from PIL import Image
from PIL import ImageEnhance
from PIL import ImageOps
from sklearn.datasets import load_sample_images

from keras_ssl.augmentation import color

pytestmark = pytest.mark.core
CHINA, FLOWER = (photo[::5, ::7] for photo in load_sample_images().images)
RANDOM = np.random.default_rng(0).integers(0, 256, (31, 17, 3)).astype("uint8")
DARK = (RANDOM // 3 + 20).astype("uint8")
FLAT = np.full((9, 8, 3), 77, "uint8")
TWO = np.where(RANDOM[..., :1] < 50, 10, 200).astype("uint8").repeat(3, axis=-1)
IMAGES = [CHINA, FLOWER, RANDOM, DARK, FLAT, TWO]
ENHANCERS = {
    "brightness": ImageEnhance.Brightness,
    "color": ImageEnhance.Color,
    "contrast": ImageEnhance.Contrast,
    "sharpness": ImageEnhance.Sharpness,
}
STEPS = {
    "solarize": ImageOps.solarize,
    "posterize": ImageOps.posterize,
}


def ours(name, images, strengths):
    images = keras.ops.convert_to_tensor(np.asarray(images, "float32"))
    strengths = keras.ops.convert_to_tensor(np.asarray(strengths, "float32"))
    return keras.ops.convert_to_numpy(getattr(color, name)(images, strengths))


def grey_levels(name, image, strength, expected):
    """The largest difference to Pillow's result."""
    result = ours(name, image[None], [strength])[0]
    return np.abs(np.floor(result + 0.5) - np.asarray(expected)).max()


@pytest.mark.parametrize("image", IMAGES)
@pytest.mark.parametrize("name", ENHANCERS)
@pytest.mark.parametrize("factor", [0, 0.1, 0.5, 0.95, 1, 1.3, 1.9])
def test_enhancers_equal_pillow(name, factor, image):
    expected = ENHANCERS[name](Image.fromarray(image)).enhance(factor)
    assert grey_levels(name, image, factor, expected) <= 1


@pytest.mark.parametrize("image", IMAGES)
@pytest.mark.parametrize(
    ("name", "strength"),
    [("solarize", s) for s in (0, 1, 64, 127, 200, 256)]
    + [("posterize", s) for s in range(1, 9)],
)
def test_steps_equal_pillow_exactly(name, strength, image):
    expected = STEPS[name](Image.fromarray(image), strength)
    assert grey_levels(name, image, strength, expected) == 0


@pytest.mark.parametrize("image", IMAGES)
def test_autocontrast_equals_pillow(image):
    expected = ImageOps.autocontrast(Image.fromarray(image))
    assert grey_levels("autocontrast", image, 1, expected) <= 1


@pytest.mark.parametrize("image", IMAGES)
def test_equalize_equals_pillow_exactly(image):
    expected = ImageOps.equalize(Image.fromarray(image))
    assert grey_levels("equalize", image, 1, expected) == 0


@pytest.mark.parametrize("turn", [-0.4, -0.1, 0.0, 0.1, 0.25, 0.5])
@pytest.mark.parametrize("image", [CHINA[::9, ::9], RANDOM, FLAT])
def test_hue_equals_colorsys(turn, image):
    def turned(pixel):
        hue, saturation, value = colorsys.rgb_to_hsv(*(pixel / 255))
        return colorsys.hsv_to_rgb((hue + turn) % 1, saturation, value)

    expected = 255 * np.apply_along_axis(turned, -1, image)
    result = ours("hue", image[None], [turn])[0]
    assert np.abs(result - expected).max() < 0.01


def test_grayscale_equals_pillow():
    expected = np.asarray(Image.fromarray(FLOWER).convert("L"))[..., None]
    result = keras.ops.convert_to_numpy(
        color.grayscale(keras.ops.convert_to_tensor(FLOWER[None], "float32"))
    )[0]
    assert np.abs(np.floor(result + 0.5) - expected).max() <= 1


@pytest.mark.parametrize(
    ("name", "neutral"),
    [
        ("autocontrast", 0),
        ("brightness", 1),
        ("color", 1),
        ("contrast", 1),
        ("equalize", 0),
        ("posterize", 8),
        ("sharpness", 1),
        ("solarize", 256),
    ],
)
def test_neutral_strength_changes_nothing_at_all(name, neutral):
    images = np.random.default_rng(0).uniform(0, 255, (3, 9, 5, 3))
    images = images.astype("float32")
    assert np.array_equal(ours(name, images, [neutral] * 3), images)


@pytest.mark.parametrize("name", [*ENHANCERS, "autocontrast", "equalize"])
def test_every_image_has_its_own_strength_and_statistics(name):
    images = np.stack([RANDOM, DARK, RANDOM // 2])
    strengths = [0.3, 1.0, 0.8]
    alone = [
        ours(name, image[None], [strength])[0]
        for image, strength in zip(images, strengths, strict=True)
    ]
    together = ours(name, images, strengths)
    assert np.allclose(together, np.stack(alone), atol=1e-3)


@pytest.mark.parametrize("name", ["equalize", "posterize", "solarize"])
def test_a_rounding_error_does_not_change_the_step(name):
    strength = {"equalize": 1, "posterize": 4, "solarize": 64}[name]
    images = RANDOM[None].astype("float32")
    shaken = np.nextafter(images, np.float32(-1))
    difference = ours(name, images, [strength]) - ours(name, shaken, [strength])
    assert np.abs(difference).max() < 0.01


@pytest.mark.parametrize("side", [(1, 1), (1, 7), (2, 5), (5, 2)])
def test_sharpness_leaves_images_without_an_inside(side):
    images = np.random.default_rng(0).uniform(0, 255, (2, *side, 3))
    assert np.array_equal(
        ours("sharpness", images, [0.1, 1.9]), images.astype("float32")
    )

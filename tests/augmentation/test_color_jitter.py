import colorsys

import keras
import numpy as np
import pytest
from PIL import Image
from PIL import ImageEnhance
from sklearn.datasets import load_sample_images

from keras_ssl.augmentation.color_jitter import ColorJitter

pytestmark = pytest.mark.core
PHOTOS = np.stack([photo[::30, ::40] for photo in load_sample_images().images])
IMAGES = np.repeat(PHOTOS, 4, axis=0)
LUMA = np.array([0.299, 0.587, 0.114])
NOTHING = {"brightness": 0, "contrast": 0, "saturation": 0, "hue": 0}
ENHANCERS = {
    "brightness": ImageEnhance.Brightness,
    "contrast": ImageEnhance.Contrast,
    "saturation": ImageEnhance.Color,
}


def draws(layer, batch):
    drawn = layer.sample((batch, 8, 8, 3))
    return {
        name: keras.ops.convert_to_numpy(value).ravel()
        for name, value in drawn.items()
    }


def jitter(layer, images):
    """The views, and what was drawn for each."""
    images = keras.ops.convert_to_tensor(images.astype("float32"))
    drawn = layer.sample(images.shape)
    views = keras.ops.convert_to_numpy(layer.transform(images, drawn))
    numbers = {k: keras.ops.convert_to_numpy(v) for k, v in drawn.items()}
    return views, numbers


def away(image, grey, factor):
    return np.clip(grey + factor * (image - grey), 0, 255)


def turned(image, turn):
    def pixel(rgb):
        hue, saturation, value = colorsys.rgb_to_hsv(*(rgb / 255))
        return colorsys.hsv_to_rgb((hue + turn) % 1, saturation, value)

    return 255 * np.apply_along_axis(pixel, -1, image)


def chi_squared(values, low, high):
    counts, _ = np.histogram(values, bins=10, range=(low, high))
    assert counts.sum() == len(values)
    return np.sum((counts - len(values) / 10) ** 2) / (len(values) / 10)


@pytest.mark.parametrize("name", ENHANCERS)
def test_each_step_equals_pillow(name):
    layer = ColorJitter(**{**NOTHING, name: 0.9}, seed=0)
    views, drawn = jitter(layer, IMAGES)
    for image, view, factor in zip(IMAGES, views, drawn[name], strict=True):
        expected = ENHANCERS[name](Image.fromarray(image)).enhance(factor)
        difference = np.floor(view + 0.5) - np.asarray(expected)
        assert np.abs(difference).max() <= 1


def test_hue_equals_colorsys():
    views, drawn = jitter(ColorJitter(**{**NOTHING, "hue": 0.5}), IMAGES)
    expected = [
        turned(*pair) for pair in zip(IMAGES, drawn["hue"], strict=True)
    ]
    assert np.abs(views - np.stack(expected)).max() < 0.01


def test_the_order_is_brightness_contrast_saturation_hue():
    views, drawn = jitter(ColorJitter(0.8, 0.8, 0.8, 0.2, seed=0), IMAGES)
    for row, (image, view) in enumerate(zip(IMAGES, views, strict=True)):
        factors = [drawn[name][row] for name in ENHANCERS]
        image = np.clip(factors[0] * image, 0, 255)
        image = away(image, (image @ LUMA).mean(), factors[1])
        image = away(image, (image @ LUMA)[..., None], factors[2])
        expected = turned(image, drawn["hue"][row])
        assert np.abs(view - expected).max() < 0.01


@pytest.mark.parametrize(
    ("name", "strength", "low", "high"),
    [
        ("brightness", 0.4, 0.6, 1.4),
        ("contrast", 0.9, 0.1, 1.9),
        ("saturation", 1.5, 0, 2.5),
        ("hue", 0.1, -0.1, 0.1),
    ],
)
def test_strengths_are_uniform_within_their_bounds(name, strength, low, high):
    drawn = draws(ColorJitter(**{name: strength}, seed=0), 5000)[name]
    assert chi_squared(drawn, low, high) < 21.7  # 1 % at 9 df


def test_everything_is_drawn_apart():
    drawn = draws(ColorJitter(rate=0.5, seed=0), 5000)
    correlations = np.corrcoef([drawn[name] for name in sorted(drawn)])
    assert correlations.shape == (5, 5)
    assert np.abs(correlations - np.eye(5)).max() < 0.05


def test_rate_is_the_share_of_images_that_change():
    images = np.repeat(PHOTOS[:1, :8, :8], 2000, axis=0).astype("float32")
    views, drawn = jitter(ColorJitter(rate=0.8, seed=0), images)
    changed = (views != images).any(axis=(1, 2, 3))
    assert abs(changed.mean() - 0.8) < 0.03
    assert np.array_equal(changed, drawn["applied"].ravel())
    assert len({view.tobytes() for view in views[changed]}) == changed.sum()


@pytest.mark.parametrize("value_range", [(0, 1), (-1, 1), (0, 255)])
@pytest.mark.parametrize("off", [{"rate": 0}, NOTHING])
def test_off_it_changes_nothing_at_all(off, value_range):
    low, high = value_range
    images = (low + (high - low) / 255 * IMAGES).astype("float32")
    views, _ = jitter(ColorJitter(**off, value_range=value_range), images)
    # Without a step, images still change their scale there and back.
    atol = 0 if "rate" in off else 1e-6 * value_range[1]
    assert np.allclose(views, images, rtol=0, atol=atol)


@pytest.mark.parametrize("value_range", [(0, 1), (-1, 1), (-2.1, 2.6)])
def test_every_value_range_gives_the_same_view(value_range):
    low, high = value_range
    images = low + (high - low) / 255 * IMAGES
    views, _ = jitter(ColorJitter(seed=3, value_range=value_range), images)
    expected, _ = jitter(ColorJitter(seed=3), IMAGES)
    assert low <= views.min()
    assert views.max() <= high
    levels = (views - low) / (high - low) * 255
    assert np.allclose(levels, expected, atol=0.01)


@pytest.mark.parametrize("channels", [1, 4])
def test_other_channels_have_brightness_and_contrast(channels):
    images = np.full((8, 12, 15, channels), 100.0)
    views, drawn = jitter(ColorJitter(seed=0), images)
    expected = 100 * drawn["brightness"][:, None, None, None]
    assert np.allclose(views, np.broadcast_to(expected, views.shape), atol=0.01)


@pytest.mark.parametrize(
    ("name", "value", "bounds"),
    [
        ("brightness", -0.1, "0 or more"),
        ("contrast", -1, "0 or more"),
        ("saturation", -0.5, "0 or more"),
        ("hue", 0.6, "0 to 0.5"),
        ("rate", 80, "0 to 1"),
    ],
)
def test_rejects_what_is_out_of_bounds(name, value, bounds):
    with pytest.raises(ValueError, match=f"Received: {name}={value}.*{bounds}"):
        ColorJitter(**{name: value})

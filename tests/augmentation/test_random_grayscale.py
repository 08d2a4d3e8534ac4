import keras
import numpy as np
import pytest
from PIL import Image
from sklearn.datasets import load_sample_images

from keras_ssl.augmentation.random_grayscale import RandomGrayscale

pytestmark = pytest.mark.core
PHOTOS = np.stack([photo[::5, ::7] for photo in load_sample_images().images])


def run(layer, images):
    return keras.ops.convert_to_numpy(layer(images.astype("float32")))


def test_equals_pillow():
    views = run(RandomGrayscale(rate=1), PHOTOS)
    for photo, view in zip(PHOTOS, views, strict=True):
        expected = np.asarray(Image.fromarray(photo).convert("L"))[..., None]
        assert np.abs(np.floor(view + 0.5) - expected).max() <= 1
        assert np.ptp(view, axis=-1).max() == 0


@pytest.mark.parametrize("value_range", [(0, 1), (-1, 1), (-2.1, 2.6)])
def test_every_value_range_gives_the_same_view(value_range):
    low, high = value_range
    images = np.maximum(PHOTOS, 255 * (PHOTOS > 200)) / 255
    views = run(
        RandomGrayscale(rate=1, value_range=value_range),
        low + (high - low) * images,
    )
    assert low <= views.min()
    assert views.max() <= np.float32(high)
    expected = (images @ [0.299, 0.587, 0.114])[..., None]
    assert np.allclose((views - low) / (high - low), expected, atol=1e-5)


def test_rounding_does_not_leave_the_value_range():
    for white in np.arange(0.01, 3, 0.05).astype("float32"):
        layer = RandomGrayscale(rate=1, value_range=(0, float(white)))
        assert run(layer, np.full((1, 2, 2, 3), white)).max() <= white


@pytest.mark.parametrize("channels", [1, 4])
def test_other_channels_become_their_mean(channels):
    images = np.random.default_rng(0).uniform(0, 255, (3, 5, 7, channels))
    expected = images.mean(axis=-1, keepdims=True).repeat(channels, axis=-1)
    assert np.allclose(run(RandomGrayscale(rate=1), images), expected)


@pytest.mark.parametrize("rate", [0.2, 0.7])
def test_rate_is_the_share_of_grey_images(rate):
    images = np.repeat(PHOTOS[:1, :4, :4], 4000, axis=0).astype("float32")
    views = run(RandomGrayscale(rate, seed=0), images)
    grey = np.ptp(views, axis=-1).max(axis=(1, 2)) == 0
    assert abs(grey.mean() - rate) < 0.02
    assert np.array_equal(views[~grey], images[~grey])


def test_rate_0_changes_nothing_at_all():
    images = np.random.default_rng(0).normal(size=(16, 5, 7, 3))
    images = images.astype("float32")
    assert np.array_equal(run(RandomGrayscale(rate=0), images), images)


def test_rejects_percent():
    with pytest.raises(ValueError, match=r"Received: rate=20.*from 0 to 1"):
        RandomGrayscale(rate=20)

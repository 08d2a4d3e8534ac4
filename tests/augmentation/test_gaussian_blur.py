import keras
import numpy as np
import pytest
from scipy import ndimage

from keras_ssl.augmentation.gaussian_blur import GaussianBlur

pytestmark = pytest.mark.core


def blur(layer, images):
    """The views, and the sigma of each."""
    images = keras.ops.convert_to_tensor(images.astype("float32"))
    drawn = layer.sample(images.shape)
    views = keras.ops.convert_to_numpy(layer.transform(images, drawn))
    return views, keras.ops.convert_to_numpy(drawn["sigma"])


def band(side, sigma):
    """The definition: one row of weights for each place of the result."""
    place = np.arange(side)
    weights = np.exp(-((place[:, None] - place) ** 2) / (2 * sigma**2))
    return weights / weights.sum(axis=1, keepdims=True)


def scipy_blur(image, sigma):
    """The mean over what lies inside, by SciPy's filter padded with zeros."""

    def smooth(pixels):
        return ndimage.gaussian_filter(
            pixels, sigma, mode="constant", truncate=6, axes=(0, 1)
        )

    return smooth(image) / smooth(np.ones_like(image))


@pytest.mark.parametrize(
    ("shape", "sigma"),
    [
        ((16, 12, 12, 3), (0.1, 2.0)),
        ((5, 9, 17, 1), (0.5, 1.0)),
        ((1, 7, 4, 4), (1.0, 1.0)),
        ((2, 1, 6, 3), (0.5, 1.0)),
    ],
)
def test_equals_two_products_with_gaussian_matrices(shape, sigma):
    images = np.random.default_rng(0).uniform(0, 255, shape)
    views, sigmas = blur(GaussianBlur(sigma, rate=1, seed=0), images)
    for image, view, drawn in zip(images, views, sigmas, strict=True):
        expected = np.einsum(
            "ij,kl,jlc->ikc",
            band(shape[1], drawn),
            band(shape[2], drawn),
            image,
        )
        assert np.abs(view - expected).max() < 0.01


def test_equals_scipy():
    images = np.random.default_rng(0).uniform(0, 255, (16, 12, 12, 3))
    views, sigmas = blur(GaussianBlur(rate=1, seed=0), images)
    for image, view, sigma in zip(images, views, sigmas, strict=True):
        assert np.abs(view - scipy_blur(image, sigma)).max() < 0.01


def test_sigmas_are_uniform_within_their_bounds():
    sample = GaussianBlur((0.1, 2.0), rate=1, seed=0).sample((5000, 8, 8, 3))
    sigmas = keras.ops.convert_to_numpy(sample["sigma"])
    counts, _ = np.histogram(sigmas, bins=10, range=(0.1, 2.0))
    assert counts.sum() == 5000
    assert np.sum((counts - 500) ** 2 / 500) < 21.7  # 1 % at 9 df


def test_images_that_are_not_blurred_stay_bit_for_bit():
    image = np.random.default_rng(0).uniform(0, 1, (1, 4, 3, 3))
    images = np.repeat(image, 4000, axis=0).astype("float32")
    views, sigmas = blur(GaussianBlur((0.5, 2.0), rate=0.3, seed=0), images)
    assert abs((sigmas > 0).mean() - 0.3) < 0.025
    changed = (views != images).any(axis=(1, 2, 3))
    assert np.array_equal(changed, sigmas > 0)
    assert len({view.tobytes() for view in views[changed]}) > 0.99 * sum(
        changed
    )


@pytest.mark.parametrize("off", [{"rate": 0}, {"sigma": (0, 0), "rate": 1}])
def test_off_it_changes_nothing_at_all(off):
    images = np.random.default_rng(0).normal(0, 999, (16, 12, 12, 3))
    images = images.astype("float32")
    views, _ = blur(GaussianBlur(**off), images)
    assert np.array_equal(views, images)


@pytest.mark.parametrize("value", [-0.9, 0.1, 255.0])
def test_flat_images_stay_flat_up_to_their_borders(value):
    layer = GaussianBlur(rate=1, value_range=(-1, value + 1e-9), seed=0)
    views, _ = blur(layer, np.full((16, 12, 12, 3), value))
    assert np.allclose(views, value, rtol=1e-6)
    assert views.max() <= np.float32(value)


def test_a_wide_blur_of_a_small_image_is_its_mean():
    images = np.random.default_rng(0).uniform(0, 1, (3, 4, 5, 2))
    views, _ = blur(GaussianBlur((500, 500), rate=1), images)
    mean = images.mean(axis=(1, 2), keepdims=True)
    assert np.allclose(views, np.broadcast_to(mean, views.shape), atol=1e-4)


@pytest.mark.parametrize(
    "sigma", [2.0, (2.0, 0.1), (-1.0, 2.0), (0, 1, 2), None, ("a", "b")]
)
def test_rejects_what_is_no_interval(sigma):
    with pytest.raises(ValueError, match=r"Received: sigma=.*smallest.*twice"):
        GaussianBlur(sigma)


def test_rejects_percent():
    with pytest.raises(ValueError, match=r"Received: rate=50.*from 0 to 1"):
        GaussianBlur(rate=50)

import numpy as np
import pytest

from keras_ssl.data.inspection.near import Comparison
from keras_ssl.data.inspection.near import find_near

pytestmark = pytest.mark.core


@pytest.fixture
def thumbnails():
    """Thirty images of 28 x 28 with an object in their middle."""
    random = np.random.default_rng(0)
    object_ = random.integers(40, 220, (30, 5, 5)).repeat(4, 1).repeat(4, 2)
    return np.pad(object_, ((0, 0), (4, 4), (4, 4))).astype("uint8")


def copies(images, kind):
    if kind == "brighter":
        return (images * 1.1 + 10).astype("uint8")
    if kind == "shifted":
        return np.roll(images, (1, 1), (1, 2))
    noise = np.random.default_rng(1).normal(0, 3, images.shape)
    return np.clip(images + noise, 0, 255).astype("uint8")


@pytest.mark.parametrize("kind", ["brighter", "shifted", "noisy"])
def test_most_copies_are_found_and_nothing_else(thumbnails, kind):
    both = np.concatenate([thumbnails, copies(thumbnails, kind)])
    part = np.repeat([0, 1], 30)
    found = find_near(both, part, 2)
    right = found[30:, 0] == np.arange(30)
    assert right.sum() >= 25
    assert (found[30:, 0][~right] == -1).all()
    assert (found[:30] == -1).all()
    assert (found[30:, 1] == -1).all()


def test_the_most_similar_image_is_named(thumbnails):
    worse = copies(thumbnails, "noisy")[:1]
    three = np.concatenate([worse, thumbnails[:1], thumbnails[:1]])
    assert find_near(three, np.zeros(3, int), 1).tolist() == [[-1], [0], [1]]


def test_comparison_is_the_correlation_inside_the_margin(thumbnails):
    first, second = thumbnails[:2, 2:-2, 2:-2].reshape(2, -1)
    found = Comparison(thumbnails)(np.array([0, 0]), np.array([1, 0]))
    expected = [np.corrcoef(first, second)[0, 1], 1]
    np.testing.assert_allclose(found, expected, atol=1e-5)

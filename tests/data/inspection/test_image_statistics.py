import numpy as np
import pytest

from keras_ssl.data.inspection.image_statistics import ImageStatistics
from keras_ssl.data.inspection.image_statistics import Moments

pytestmark = pytest.mark.core


@pytest.mark.parametrize("dtype", ["float32", "uint8"])
def test_batches_sum_up_to_the_whole(pictures, dtype):
    images = (pictures * 200 + 20).astype(dtype)
    statistics = ImageStatistics()
    for batch in np.split(images, [3, 20]):
        statistics.update(batch)
    means, deviations = images.mean((1, 2, 3)), images.std((1, 2, 3))
    close = pytest.approx
    assert statistics.count == 40
    assert (statistics.low, statistics.high) == (images.min(), images.max())
    assert statistics.mean == close(images.mean(), rel=1e-5)
    assert statistics.deviation == close(images.std(), rel=1e-5)
    assert statistics.brightness == close((means.mean(), means.std()), rel=1e-4)
    assert statistics.contrast == close(
        (deviations.mean(), deviations.std()), rel=1e-3
    )


def test_blank_images_and_shapes_are_counted():
    statistics = ImageStatistics()
    statistics.update(np.ones((2, 4, 4, 1)))
    statistics.update(np.arange(30.0).reshape(1, 5, 6, 1))
    assert statistics.blank == 2
    assert statistics.shapes == {(4, 4, 1): 2, (5, 6, 1): 1}


def test_moments_do_not_lose_a_small_variance_far_from_zero():
    moments = Moments()
    for part in (1e8 + np.array([0.0, 2.0]), 1e8 + np.array([4.0])):
        moments.update(part)
    assert moments.variance == pytest.approx(8 / 3)

import numpy as np
import pytest

from keras_ssl.inspection.statistics import ImageStatistics
from keras_ssl.inspection.statistics import LabelStatistics
from keras_ssl.inspection.statistics import Moments

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


def look(*batches):
    statistics = LabelStatistics()
    for batch in batches:
        statistics.update(np.asarray(batch))
    return statistics


@pytest.mark.parametrize(
    ("labels", "form", "counts"),
    [
        ([0, 2, 2], "integer", {0: 1, 2: 2}),
        ([[0.0], [2.0], [2.0]], "integer", {0: 1, 2: 2}),
        (np.eye(3)[[0, 2, 2]], "one-hot", {0: 1, 2: 2}),
        ([[1, 0, 1], [0, 0, 1]], "multi-hot", {0: 1, 2: 2}),
        ([[0.9, 0.1], [0.2, 0.8]], "soft", {0: 1, 1: 1}),
    ],
)
def test_form_and_counts(labels, form, counts):
    found = look(labels[:1], labels[1:])
    assert (found.form, found.counts) == (form, counts)


def test_classes_keep_the_order():
    assert look([3, 1], [2]).classes.tolist() == [3, 1, 2]
    assert look(np.eye(3)[[2, 0]]).classes.tolist() == [2, 0]


@pytest.mark.parametrize(
    ("batches", "words"),
    [
        ([["a", "b"]], "not numbers"),
        ([[0, 1.5]], "not classes.*1.5"),
        ([np.eye(3), [1, 2]], "change their form"),
    ],
)
def test_labels_without_a_form_are_errors(batches, words):
    with pytest.raises(ValueError, match=words):
        look(*batches)

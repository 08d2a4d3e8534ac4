import numpy as np
import pytest
from sklearn.calibration import calibration_curve

from keras_ssl.plots.calibration import calibration_bins
from keras_ssl.plots.calibration import expected_calibration_error
from keras_ssl.plots.calibration import plot_calibration
from tests.report.reports import predictions


@pytest.mark.parametrize("num_bins", [5, 10, 15])
def test_bins_as_scikit_learn_does(num_bins):
    p, y = predictions(300)
    right, sure = p.argmax(axis=1) == y, p.max(axis=1)
    accuracy, confidence = calibration_curve(right, sure, n_bins=num_bins)
    bins = calibration_bins(p, y, num_bins)
    np.testing.assert_allclose([b.accuracy for b in bins], accuracy)
    np.testing.assert_allclose([b.confidence for b in bins], confidence)
    assert sum(b.images for b in bins) == 300
    for each in bins:
        assert each.low < each.confidence <= each.high


def test_an_upper_end_belongs_to_its_bin():
    bins = calibration_bins([[0.5, 0.5], [1.0, 0.0]], [0, 0], num_bins=2)
    assert [(b.low, b.high, b.images) for b in bins] == [
        (0, 0.5, 1),
        (0.5, 1, 1),
    ]


def test_the_error_is_that_of_the_definition():
    p = [[0.9, 0.1]] * 8 + [[0.6, 0.4]] * 2
    y = [0] * 6 + [1] * 2 + [1, 1]
    error = expected_calibration_error(calibration_bins(p, y))
    assert error == pytest.approx(0.8 * (0.9 - 0.75) + 0.2 * 0.6)


def test_draws_accuracy_over_confidence_in_percent():
    p, y = predictions()
    bins = calibration_bins(p, y, 5)
    ax = plot_calibration(bins)
    heights = [bar.get_height() for bar in ax.patches]
    np.testing.assert_allclose(heights, [100 * b.accuracy for b in bins])
    edges = [bar.get_x() for bar in ax.patches]
    np.testing.assert_allclose(edges, [100 * b.low for b in bins])
    assert [t.get_text() for t in ax.texts] == [str(b.images) for b in bins]
    assert ax.get_xlabel() == "Confidence (%)"

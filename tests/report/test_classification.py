import numpy as np
import pytest
from sklearn import metrics

from keras_ssl.report.classification import Classification
from keras_ssl.report.classification import read_predictions
from tests.report.reports import predictions


def test_agrees_with_scikit_learn():
    p, y = predictions()
    result = Classification.measure(p, y)
    assert result.accuracy == metrics.accuracy_score(y, p.argmax(axis=1))
    assert result.confidence == pytest.approx(p.max(axis=1).mean())
    assert result.images == 90
    assert result.class_names == ["0", "1", "2"]
    f1 = metrics.f1_score(y, p.argmax(axis=1), average=None)
    np.testing.assert_allclose([each["f1"] for each in result.scores], f1)
    assert result.worst == f1.argmin()
    assert 0 < result.calibration_error < 0.5


def test_reads_binary_and_one_hot_outputs():
    result = Classification.measure([[0.9], [0.2]], [1, 0])
    assert result.confusion == [[1, 0], [0, 1]]
    one_hot = Classification.measure([[0.9, 0.1]], [[0, 1]])
    assert one_hot.confusion == [[0, 0], [1, 0]]


def test_a_class_without_images_is_not_the_worst():
    result = Classification.measure([[0.9, 0.1, 0], [0.6, 0.4, 0]], [0, 1])
    assert result.worst == 1


def test_rejects_too_few_names():
    with pytest.raises(ValueError, match="1 class names with 2.*each.*Name"):
        Classification.measure([0.2], [0], class_names=np.array(["a"]))


P = [[0.8, 0.2], [0.25, 0.75]]


@pytest.mark.parametrize("probabilities", [P, [0.2, 0.75], [[0.2], [0.75]]])
@pytest.mark.parametrize("labels", [[0, 1], [[0], [1]], [[1, 0], [0, 1]]])
def test_reads_every_form(probabilities, labels):
    p, y = read_predictions(probabilities, labels)
    np.testing.assert_allclose(p, P)
    assert y.tolist() == [0, 1]


@pytest.mark.parametrize(
    ("probabilities", "labels", "message"),
    [
        ([[3.0, -1.0]], [0], "-1 to 3.*probabilities.*softmax"),
        ([[0.9, 0.9]], [0], "sum to 1.8.*probabilities.*softmax"),
        ([[np.nan, 1.0]], [0], "nan.*probabilities"),
        (P, [0], "2 predictions and 1 labels.*as many.*Pass"),
        (np.zeros((0, 2)), [], "0 predictions.*at least one"),
        (P, [0, 2], "from 0 to 2 with 2 classes.*from 0 to 1.*Number"),
    ],
)
def test_rejects(probabilities, labels, message):
    with pytest.raises(ValueError, match=f"Received: .*{message}"):
        read_predictions(probabilities, labels)

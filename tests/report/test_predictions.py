import numpy as np
import pytest

from keras_ssl.report.predictions import read_predictions

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

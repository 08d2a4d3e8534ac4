import keras
import numpy as np
import pytest
from keras import ops

from keras_ssl import functional
from tests.methods import golden

pytestmark = pytest.mark.core


def test_supervised_cross_entropy_of_the_golden_vector():
    loss = functional.cross_entropy(golden.LABELS, golden.labeled())
    np.testing.assert_allclose(float(ops.mean(loss)), 2.278760, rtol=1e-5)


def test_confidence_and_label_of_the_golden_vector():
    _, confidence, label = functional.pseudo_label(golden.weak())
    expected = [0.642625, 0.505641, 0.6154, 0.730968, 0.86812, 0.920059]
    np.testing.assert_allclose(
        ops.convert_to_numpy(confidence), expected, rtol=1e-5
    )
    assert ops.convert_to_numpy(label).tolist() == [3, 2, 3, 0, 1, 3]


def test_half_precision_logits_are_judged_in_float32():
    _, confidence, _ = functional.pseudo_label(
        ops.cast([[8.0, 0.0, 0.0]], "float16")
    )
    np.testing.assert_allclose(float(confidence[0]), 0.99932957, rtol=1e-6)


def test_cross_entropy_does_not_overflow():
    loss = functional.cross_entropy([1], [[1000.0, 0.0]])
    assert float(loss[0]) == 1000.0


def test_log_probabilities_serve_as_logits():
    p = np.array([[0.2, 0.3, 0.5]])
    logits = functional.to_logits(p, probabilities=True)
    np.testing.assert_allclose(
        ops.convert_to_numpy(ops.softmax(logits)), p, rtol=1e-5
    )
    same = functional.to_logits(p, probabilities=False)
    np.testing.assert_allclose(ops.convert_to_numpy(same), p, rtol=1e-6)


def test_a_probability_of_zero_stays_finite():
    logits = functional.to_logits([[1.0, 0.0]], probabilities=True)
    assert np.isfinite(ops.convert_to_numpy(logits)).all()


def test_seeds_are_no_statistics():
    layer = keras.layers.Dropout(0.5)
    layer.build((None, 2))
    assert [functional.is_statistic(v) for v in layer.variables] == [False]

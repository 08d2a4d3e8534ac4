import numpy as np
import pytest
from keras import ops

from keras_ssl.methods import FixMatch
from tests.methods import golden

pytestmark = pytest.mark.core


def oracle(weak, strong, threshold):
    q = np.exp(weak) / np.exp(weak).sum(axis=1, keepdims=True)
    s = np.exp(strong) / np.exp(strong).sum(axis=1, keepdims=True)
    total, passed = 0.0, 0
    for row_q, row_s in zip(q, s, strict=True):
        if row_q.max() >= threshold:
            passed += 1
            total -= np.log(row_s[row_q.argmax()])
    return total / len(q), passed / len(q)


def test_golden_vector():
    np.testing.assert_allclose(
        golden.weak()[0], [1.70952, -3.273108, -2.822161, 2.313759], atol=1e-6
    )
    method = FixMatch(threshold=0.8)
    loss = method(golden.weak(), golden.strong())
    np.testing.assert_allclose(float(loss), 0.854784, rtol=1e-5)
    np.testing.assert_allclose(float(method.mask_ratio.result()), 2 / 6)


def test_nothing_passes_the_default_threshold_of_the_golden_vector():
    assert float(FixMatch()(golden.weak(), golden.strong())) == 0.0


@pytest.mark.parametrize("seed", range(3))
def test_numpy_oracle_on_random_inputs(seed):
    random = np.random.default_rng(seed)
    threshold = random.uniform(0.3, 0.9)
    weak, strong = random.normal(0, 2, (2, 50, 7))
    method = FixMatch(threshold)
    loss, ratio = oracle(weak, strong, threshold)
    np.testing.assert_allclose(float(method(weak, strong)), loss, rtol=1e-5)
    np.testing.assert_allclose(float(method.mask_ratio.result()), ratio, 1e-6)


def test_the_threshold_itself_passes():
    weak = ops.convert_to_tensor([[0.0, 0.0]])
    assert float(FixMatch(threshold=0.5)(weak, weak)) > 0


def test_hidden_labels_feed_the_accuracy_of_what_passes():
    weak = np.array([[9.0, 0.0], [0.0, 9.0], [0.1, 0.0]])
    method = FixMatch(threshold=0.9)
    method(weak, weak, hidden=np.array([0, 0, 0]))
    assert float(method.pseudo_label_accuracy.result()) == 0.5


@pytest.mark.parametrize("threshold", [-0.1, 2.5])
def test_a_threshold_outside_the_interval_is_refused(threshold):
    with pytest.raises(ValueError, match="Received: threshold"):
        FixMatch(threshold=threshold)

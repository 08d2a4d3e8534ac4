import numpy as np
import pytest

from keras_ssl.methods import UDA
from tests.methods import golden

pytestmark = pytest.mark.core


def softmax(logits):
    return np.exp(logits) / np.exp(logits).sum(axis=1, keepdims=True)


def oracle(weak, strong, temperature, threshold):
    total, passed = 0.0, 0
    sharp = softmax(weak / temperature)
    for q, target, s in zip(softmax(weak), sharp, softmax(strong), strict=True):
        if q.max() >= threshold:
            passed += 1
            total += np.sum(target * np.log(target / s))
    return total / len(weak), passed / len(weak)


def test_golden_vector():
    method = UDA(temperature=0.4, threshold=0.8)
    loss = method(golden.weak(), golden.strong())
    np.testing.assert_allclose(float(loss), 0.842622, rtol=1e-5)
    np.testing.assert_allclose(float(method.mask_ratio.result()), 2 / 6)


def test_golden_cross_entropy_is_the_loss_plus_the_targets_entropy():
    target = softmax(golden.weak() / 0.4)[4:]  # the rows that pass
    entropy = -np.sum(target * np.log(target)) / 6
    loss = UDA()(golden.weak(), golden.strong())
    np.testing.assert_allclose(float(loss) + entropy, 0.853011, rtol=1e-5)


@pytest.mark.parametrize("seed", range(3))
def test_numpy_oracle_on_random_inputs(seed):
    random = np.random.default_rng(seed)
    temperature, threshold = random.uniform(0.3, 0.9, 2)
    weak, strong = random.normal(0, 2, (2, 50, 7))
    method = UDA(temperature, threshold)
    loss, ratio = oracle(weak, strong, temperature, threshold)
    np.testing.assert_allclose(float(method(weak, strong)), loss, rtol=1e-5)
    np.testing.assert_allclose(float(method.mask_ratio.result()), ratio, 1e-6)


def test_the_mask_is_on_the_unsharpened_confidence():
    # max softmax is 0.73; sharpened, it is 0.92.
    weak = np.array([[1.0, 0.0]])
    assert float(UDA(threshold=0.8)(weak, -weak)) == 0.0
    assert float(UDA(threshold=0.7)(weak, -weak)) > 0.0


def test_a_view_that_agrees_with_the_target_costs_nothing():
    weak = golden.weak()
    loss = UDA(temperature=0.4, threshold=0)(weak, weak / 0.4)
    np.testing.assert_allclose(float(loss), 0.0, atol=1e-6)


def test_hidden_labels_feed_the_accuracy_of_what_passes():
    weak = np.array([[9.0, 0.0], [0.0, 9.0], [0.1, 0.0]])
    method = UDA()
    method(weak, weak, hidden=np.array([0, 0, 0]))
    assert float(method.pseudo_label_accuracy.result()) == 0.5


@pytest.mark.parametrize("temperature", [0.0, 1.5])
def test_a_temperature_outside_the_interval_is_refused(temperature):
    with pytest.raises(ValueError, match="Received: temperature"):
        UDA(temperature)

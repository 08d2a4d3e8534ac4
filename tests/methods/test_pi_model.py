import numpy as np
import pytest

from keras_ssl.methods.pi_model import PiModel
from tests.methods import golden
from tests.methods import two_steps

pytestmark = [pytest.mark.core, pytest.mark.eager]


def softmax(logits):
    return np.exp(logits) / np.exp(logits).sum(axis=1, keepdims=True)


def oracle(weak, weak_2):
    total = 0.0
    for p, q in zip(softmax(weak), softmax(weak_2), strict=True):
        total += np.mean((p - q) ** 2)
    return total / len(weak)


def test_golden_vector():
    loss = PiModel(weight=1)(golden.weak(), golden.strong())
    np.testing.assert_allclose(float(loss), 0.198572, rtol=1e-5)


@pytest.mark.parametrize("seed", range(3))
def test_numpy_oracle_on_random_inputs_over_steps(seed):
    random = np.random.default_rng(seed)
    weight, steps = random.uniform(0.1, 20), random.integers(1, 5)
    method = PiModel(weight, ramp_up_steps=int(steps))
    for step in range(6):
        weak, weak_2 = random.normal(0, 2, (2, 50, 7))
        expected = min(1, step / steps) * weight * oracle(weak, weak_2)
        np.testing.assert_allclose(
            float(method(weak, weak_2)), expected, rtol=1e-5
        )


def test_the_default_weight_is_that_of_the_comparisons():
    loss = PiModel()(golden.weak(), golden.strong())
    np.testing.assert_allclose(float(loss), 1.98572, rtol=1e-5)


def test_hidden_labels_are_compared_with_the_target():
    method = PiModel()
    target = np.array([[9.0, 0.0], [0.0, 9.0]])
    method(target, -target, hidden=np.array([0, 0]))
    assert float(method.pseudo_label_accuracy.result()) == 0.5
    assert float(method.mask_ratio.result()) == 1.0


@pytest.mark.parametrize("argument", ["weight", "ramp_up_steps"])
def test_a_negative_argument_is_refused(argument):
    with pytest.raises(ValueError, match=f"Received: {argument}=-1"):
        PiModel(**{argument: -1})


def test_fit_draws_two_views_and_ramps_up(network, digits8):
    method = PiModel(ramp_up_steps=1)
    model, logs = two_steps.fit(method, network(), digits8, weak="cutout")
    assert model.plan.views == ("labeled", "weak", "weak_2")
    assert logs["unlabeled_loss"][0] == 0.0
    assert logs["unlabeled_loss"][1] > 0.0
    assert float(method.ramp_up.step) == 2


def test_views_that_are_equal_cost_nothing(network, digits8):
    _, logs = two_steps.fit(PiModel(), network(), digits8)
    np.testing.assert_allclose(logs["unlabeled_loss"], 0.0, atol=1e-9)

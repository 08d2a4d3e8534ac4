import numpy as np
import pytest

from keras_ssl.methods.mean_teacher import MeanTeacher
from tests.methods import golden
from tests.methods import two_steps

pytestmark = [pytest.mark.core, pytest.mark.eager]


def softmax(logits):
    return np.exp(logits) / np.exp(logits).sum(axis=1, keepdims=True)


def oracle(teacher, weak):
    return np.mean(
        [
            np.mean((q - p) ** 2)
            for q, p in zip(softmax(teacher), softmax(weak), strict=True)
        ]
    )


def test_golden_vector():
    loss = MeanTeacher(weight=1)(golden.weak(), golden.strong())
    np.testing.assert_allclose(float(loss), 0.198572, rtol=1e-5)


@pytest.mark.parametrize("seed", range(3))
def test_numpy_oracle_on_random_inputs_over_steps(seed):
    random = np.random.default_rng(seed)
    weight, steps = random.uniform(0.1, 90), random.integers(1, 5)
    method = MeanTeacher(weight, ramp_up_steps=int(steps))
    for step in range(6):
        teacher, weak = random.normal(0, 2, (2, 50, 7))
        expected = min(1, step / steps) * weight * oracle(teacher, weak)
        np.testing.assert_allclose(
            float(method(teacher, weak)), expected, rtol=1e-5
        )


def test_the_default_weight_is_that_of_the_comparisons():
    loss = MeanTeacher()(golden.weak(), golden.strong())
    np.testing.assert_allclose(float(loss), 9.9286, rtol=1e-5)


def test_hidden_labels_are_compared_with_the_teacher():
    method = MeanTeacher()
    teacher = np.array([[9.0, 0.0], [0.0, 9.0]])
    method(teacher, -teacher, hidden=np.array([0, 0]))
    assert float(method.pseudo_label_accuracy.result()) == 0.5


@pytest.mark.parametrize("argument", ["weight", "ramp_up_steps"])
def test_a_negative_argument_is_refused(argument):
    with pytest.raises(ValueError, match=f"Received: {argument}=-1"):
        MeanTeacher(**{argument: -1})


def test_the_teacher_has_the_averaged_weights(network, digits8):
    # Without augmentation, only the weights make a difference, and at the first
    # step the average equals them.
    _, logs = two_steps.fit(MeanTeacher(), network(), digits8, rate=1.0)
    np.testing.assert_allclose(logs["unlabeled_loss"][0], 0.0, atol=1e-9)
    assert logs["unlabeled_loss"][1] > 1e-6


def test_a_model_without_averaged_weights_is_refused(network, digits8):
    with pytest.raises(ValueError, match="ema=None"):
        two_steps.fit(MeanTeacher(), network(), digits8, ema=None)

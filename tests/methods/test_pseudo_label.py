import numpy as np
import pytest

from keras_ssl.methods import PseudoLabel
from tests.methods import golden

pytestmark = pytest.mark.core


def oracle(weak, threshold):
    q = np.exp(weak) / np.exp(weak).sum(axis=1, keepdims=True)
    best = q.max(axis=1)
    return np.mean(np.where(best >= threshold, -np.log(best), 0.0))


def test_golden_inputs_pass_as_in_fixmatch():
    # max softmax of the golden weak logits: rows 5 and 6 pass 0.8.
    best = [0.642625, 0.505641, 0.6154, 0.730968, 0.86812, 0.920059]
    expected = -np.log(best)[4:].sum() / 6
    method = PseudoLabel(threshold=0.8)
    np.testing.assert_allclose(
        float(method(golden.weak())), expected, rtol=1e-5
    )
    np.testing.assert_allclose(float(method.mask_ratio.result()), 2 / 6)


@pytest.mark.parametrize("seed", range(3))
def test_numpy_oracle_on_random_inputs_over_steps(seed):
    random = np.random.default_rng(seed)
    threshold = random.uniform(0.3, 0.9)
    method = PseudoLabel(threshold, ramp_up_steps=4)
    for step in range(6):
        weak = random.normal(0, 2, (50, 7))
        expected = min(1, step / 4) * oracle(weak, threshold)
        np.testing.assert_allclose(float(method(weak)), expected, rtol=1e-5)


def test_without_a_ramp_the_first_step_has_full_weight():
    weak = np.random.default_rng(0).normal(0, 2, (20, 3))
    loss = PseudoLabel(0.5, ramp_up_steps=0)(weak)
    np.testing.assert_allclose(float(loss), oracle(weak, 0.5), rtol=1e-5)


def test_a_negative_ramp_is_refused():
    with pytest.raises(ValueError, match="ramp_up_steps"):
        PseudoLabel(ramp_up_steps=-1)

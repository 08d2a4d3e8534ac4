import math

import keras
import numpy as np
import pytest

from keras_ssl.finders.rate_trials import FACTOR
from keras_ssl.finders.rate_trials import best_rate
from keras_ssl.finders.rate_trials import climb
from keras_ssl.finders.rate_trials import run_trial


def bowl(best):
    return lambda rate: abs(math.log10(rate / best))


@pytest.mark.parametrize(
    ("best", "exponents"),
    [
        (0.01, [0, 1, -1]),
        (0.1, [0, 1, 2, 3]),
        (0.0009, [0, 1, -1, -2, -3]),
    ],
)
def test_it_goes_on_until_the_loss_rises(best, exponents):
    losses = climb(bowl(best), 0.01)
    tried = [0.01 * FACTOR**exponent for exponent in exponents]
    np.testing.assert_allclose(list(losses), tried)
    nearest = min(tried, key=bowl(best))
    assert min(losses, key=losses.get) == pytest.approx(nearest)


def test_it_stays_within_the_bounds():
    assert list(climb(bowl(1.0), 0.1, highest=0.3)) == pytest.approx(
        [0.1, 0.1 / FACTOR]
    )
    assert list(climb(bowl(0.001), 0.1, lowest=0.09)) == pytest.approx(
        [0.1, 0.1 * FACTOR]
    )


def test_what_diverges_is_no_better():
    losses = climb(lambda rate: math.inf, 0.1)
    assert list(losses.values()) == [math.inf] * 3


def test_of_rates_that_are_as_good_the_largest_is_taken():
    assert best_rate({0.1: 1.0, 0.3: 1.04, 1.0: 1.06}) == 0.3
    assert best_rate({0.1: math.inf, 0.3: math.inf}) is None
    steps = {0.01: 2.0, 0.01 * FACTOR: 2.05, 0.01 * FACTOR**2: 2.5}
    losses = climb(lambda r: steps[min(steps, key=lambda s: abs(s - r))], 0.01)
    assert list(losses) == pytest.approx(list(steps))
    lower = {0.01: 2.0, 0.01 * FACTOR: 2.5, 0.01 / FACTOR: 1.95}
    losses = climb(lambda r: lower[min(lower, key=lambda s: abs(s - r))], 0.01)
    assert best_rate(losses) == 0.01


@pytest.mark.core
def test_a_spike_at_the_end_of_a_trial_does_not_matter():
    dense = keras.layers.Dense(1, kernel_initializer="zeros")
    model = keras.Sequential([keras.Input((1,)), dense])
    model.compile(keras.optimizers.SGD(), "mse")
    x = np.ones((4, 1), "float32")
    spike = (x, 1.5 * x)
    batches = [(x, x)] * 9 + [spike] + [(x, x)] * 2
    loss = run_trial(model, iter(batches), 1e-6, 12)
    assert loss == pytest.approx(1.0, abs=1e-3)


@pytest.mark.core
@pytest.mark.parametrize(("rate", "finite"), [(1e-3, True), (1e30, False)])
def test_a_trial_diverges_or_not(rate, finite):
    model = keras.Sequential([keras.Input((2,)), keras.layers.Dense(1)])
    model.compile(keras.optimizers.SGD(), "mse")
    x, y = np.ones((4, 2), "float32"), np.zeros((4, 1), "float32")
    loss = run_trial(model, iter([(x, y)] * 6), rate, 6)
    assert math.isfinite(loss) is finite

import math

import keras
import numpy as np
import pytest

from keras_ssl.finders.rate_trials import FACTOR
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


@pytest.mark.core
@pytest.mark.parametrize(("rate", "finite"), [(1e-3, True), (1e30, False)])
def test_a_trial_is_the_mean_of_the_last_third(rate, finite):
    model = keras.Sequential([keras.Input((2,)), keras.layers.Dense(1)])
    model.compile(keras.optimizers.SGD(), "mse")
    x, y = np.ones((4, 2), "float32"), np.zeros((4, 1), "float32")
    loss = run_trial(model, iter([(x, y)] * 6), rate, 6)
    assert math.isfinite(loss) is finite

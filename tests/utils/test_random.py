import keras
import numpy as np
import pytest
from scipy import stats

from keras_ssl.utils.random import Beta
from keras_ssl.utils.random import permutation

pytestmark = pytest.mark.core


def quantile(alpha, probability):
    probability = keras.ops.convert_to_tensor(probability, "float32")
    return keras.ops.convert_to_numpy(Beta(alpha).quantile(probability))


@pytest.mark.parametrize("alpha", [0.1, 0.2, 0.4, 0.75, 1, 2, 4, 32])
def test_equals_scipy_in_probability(alpha):
    probability = np.linspace(0, 1, 20001)[:-1]
    draws = quantile(alpha, probability)
    precise = draws < 0.999  # float32 has few numbers between this and 1
    error = stats.beta(alpha, alpha).cdf(draws) - probability
    assert np.abs(error[precise]).max() < 3e-4


@pytest.mark.parametrize("alpha", [0.01, 0.1, 1, 4, 1000])
def test_is_monotone_and_between_0_and_1(alpha):
    draws = quantile(alpha, np.linspace(0, 1, 3001)[:-1])
    assert draws[0] >= 0
    assert draws[-1] <= 1
    assert (np.diff(draws) >= 0).all()


@pytest.mark.parametrize("alpha", [0.1, 0.2, 1, 4])
def test_is_symmetric(alpha):
    draws = quantile(alpha, np.linspace(0, 1, 3001)[1:-1])
    assert np.allclose(draws, 1 - draws[::-1], atol=2e-6)


def test_keeps_the_shape_of_the_probabilities():
    assert quantile(1.0, [[0.25], [0.75]]).shape == (2, 1)


def test_a_permutation_is_uniform():
    generator = np.random.default_rng(0)
    drawn = [
        tuple(np.asarray(permutation(generator.random(3)))) for _ in range(1200)
    ]
    counts = [drawn.count(each) for each in set(drawn)]
    assert len(counts) == 6
    assert stats.chisquare(counts).pvalue > 0.01


def test_a_permutation_holds_every_number_once():
    order = permutation(np.random.default_rng(0).random(500))
    assert sorted(np.asarray(order)) == list(range(500))
    assert order.dtype == "int32" or "int32" in str(order.dtype)

import numpy as np
import pytest

from keras_ssl.finders.smoothing import falling_curve
from keras_ssl.finders.smoothing import smooth
from keras_ssl.finders.smoothing import smooth_curve

pytestmark = pytest.mark.core
RATES = np.geomspace(1e-6, 10, 100)


def test_a_line_stays_a_line_inside_and_a_constant_everywhere():
    line = np.arange(100.0)
    np.testing.assert_allclose(smooth(line)[20:80], line[20:80], atol=1e-4)
    np.testing.assert_allclose(smooth(np.full(30, 7.0)), 7.0)


def test_it_does_not_move_the_curve():
    bump = np.exp(-0.5 * ((np.arange(100) - 40) / 8) ** 2)
    assert np.argmax(smooth(bump)) == 40


def test_noise_becomes_a_quarter():
    noise = np.random.default_rng(0).standard_normal((50, 100))
    deviation = np.std([smooth(each)[20:80] for each in noise])
    assert 0.22 < deviation < 0.31


@pytest.mark.parametrize("broken", [np.nan, np.inf, -np.inf])
def test_the_curve_ends_before_what_is_not_finite(broken):
    losses = np.linspace(3, 1, 100)
    losses[60] = broken
    rates, curve = smooth_curve(RATES, losses)
    assert len(rates) == len(curve) == 60
    np.testing.assert_allclose(curve, smooth(np.linspace(3, 1, 100)[:60]))
    assert len(smooth_curve(RATES, np.full(100, broken))[0]) == 0


def test_a_divergence_does_not_blur_the_minimum():
    losses = np.concatenate([np.linspace(3, 1, 90), np.full(10, 1e9)])
    _, curve = smooth_curve(RATES, losses)
    assert curve.max() < 5.1
    assert np.argmin(curve) > 75


@pytest.mark.parametrize("noise", [0.01, 0.3])
@pytest.mark.parametrize("count", [20, 50, 100])
def test_flat_noise_does_not_fall(noise, count):
    random = np.random.default_rng(0)
    flat = [2.3 + noise * random.standard_normal(count) for _ in range(300)]
    rates = RATES[:count]
    falls = [falling_curve(rates, losses) is not None for losses in flat]
    assert np.mean(falls) < 0.05


def test_what_falls_within_the_noise_of_single_losses():
    random = np.random.default_rng(0)
    curve = 2.3 - 0.6 / (1 + (0.01 / RATES))
    falls = [
        falling_curve(RATES, curve + 0.2 * random.standard_normal(100))
        for _ in range(100)
    ]
    assert sum(each is not None for each in falls) > 95


@pytest.mark.parametrize(
    "losses", [np.ones(100), np.linspace(1, 3, 100), np.linspace(3, 1, 9)]
)
def test_what_does_not_fall_or_is_no_curve(losses):
    assert falling_curve(RATES[: len(losses)], losses) is None

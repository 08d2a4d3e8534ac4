import numpy as np
import pytest

from keras_ssl.finders.suggestions import SUGGESTIONS
from keras_ssl.finders.suggestions import falling_curve
from keras_ssl.finders.suggestions import middle
from keras_ssl.finders.suggestions import minimum
from keras_ssl.finders.suggestions import slide
from keras_ssl.finders.suggestions import smooth
from keras_ssl.finders.suggestions import smooth_curve
from keras_ssl.finders.suggestions import steepest
from keras_ssl.finders.suggestions import suggest
from keras_ssl.finders.suggestions import valley

pytestmark = pytest.mark.core
FEW_RATES = np.geomspace(1e-6, 10, 100)
RATES = np.geomspace(1e-6, 10, 141)  # 20 a decade
STEP = 10 ** (1 / 20)


def descent(center, lowest, width=0.4):
    """Flat at 2.3, steepest at `center`, lowest at `lowest`, then diverging."""
    place = np.log10(RATES)
    fall = 1 / (1 + np.exp(-(place - np.log10(center)) / (width / 2)))
    rise = np.exp(8 * (place - np.log10(lowest)))
    return 2.3 - 2 * fall + np.minimum(rise, 1e6)


def near(rate, expected, points=1.01):
    return abs(np.log(rate / expected)) <= points * np.log(STEP)


@pytest.mark.parametrize("center", [1e-4, 1e-3, 1e-2])
def test_golden(center):
    losses = descent(center, 30 * center)
    assert near(steepest(RATES, losses), center)
    assert near(valley(RATES, losses), center, 3)
    lowest = RATES[np.argmin(losses)]
    assert near(minimum(RATES, losses), lowest / 10, 3)
    assert near(middle(RATES, losses), np.sqrt(center * lowest), 3)
    assert center / 4 < slide(RATES, losses) < center


@pytest.mark.parametrize("rule", SUGGESTIONS)
def test_other_units_of_loss_and_rate_change_nothing(rule):
    losses = descent(1e-3, 3e-2)
    rate = suggest(RATES, losses, rule)
    assert suggest(RATES, 100 * losses, rule) == rate
    np.testing.assert_allclose(suggest(7 * RATES, losses, rule), 7 * rate)


@pytest.mark.parametrize("rule", SUGGESTIONS)
def test_noise_moves_it_by_less_than_a_factor_of_three(rule):
    random = np.random.default_rng(0)
    clean = descent(1e-3, 3e-2)
    exact = suggest(RATES, clean, rule)
    noisy = [
        suggest(RATES, clean + 0.1 * random.standard_normal(len(clean)), rule)
        for _ in range(50)
    ]
    spread = np.log10(np.array(noisy) / exact)
    assert np.abs(spread).max() < np.log10(3)
    assert abs(np.median(spread)) < 0.2


@pytest.mark.parametrize("rule", SUGGESTIONS)
@pytest.mark.parametrize("end", [np.nan, np.inf, 1e30])
def test_how_a_test_ends_does_not_matter(rule, end):
    losses = descent(1e-3, 3e-2)
    exact = suggest(RATES, losses, rule)
    losses[np.argmin(losses) + 12 :] = end
    assert near(suggest(RATES, losses, rule), exact, 3)


@pytest.mark.parametrize("rule", SUGGESTIONS)
def test_a_spike_at_the_beginning_does_not_fool_it(rule):
    losses = descent(1e-3, 3e-2)
    exact = suggest(RATES, losses, rule)
    losses[2] += 5.0
    assert near(suggest(RATES, losses, rule), exact, 3)


@pytest.mark.parametrize("rule", SUGGESTIONS)
@pytest.mark.parametrize(
    "losses",
    [
        np.full(141, 2.3),
        np.linspace(1, 2, 141),
        np.full(141, np.nan),
        np.array([3.0, 2.0, 1.0]),
        np.array([]),
    ],
    ids=["flat", "rising", "broken", "short", "empty"],
)
def test_without_a_fall_there_is_no_suggestion(rule, losses):
    assert suggest(RATES[: len(losses)], losses, rule) is None


@pytest.mark.parametrize("rule", SUGGESTIONS)
def test_a_loss_that_falls_to_the_end(rule):
    rate = suggest(RATES, np.linspace(3, 1, 141), rule)
    assert isinstance(rate, float)
    assert RATES[0] <= rate <= RATES[-1]


def test_the_longest_descent_may_be_interrupted():
    losses = [*[9.0] * 20, 8, 7, 9, 9, 6, 5, 4, *[9.0] * 20]
    rates = np.geomspace(1e-4, 1, len(losses))
    assert 20 <= np.argmin(np.abs(rates - valley(rates, losses))) <= 26


def test_what_is_no_range_test():
    with pytest.raises(ValueError, match="Did you mean 'steepest'"):
        suggest(RATES, RATES, "steep")
    with pytest.raises(ValueError, match="Received: 2 rates and 1 losses"):
        suggest([1, 2], [1.0])
    with pytest.raises(ValueError, match="rates that rise"):
        suggest([2, 1], [1.0, 2.0])


# The curve behind the losses


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
    rates, curve = smooth_curve(FEW_RATES, losses)
    assert len(rates) == len(curve) == 60
    np.testing.assert_allclose(curve, smooth(np.linspace(3, 1, 100)[:60]))
    assert len(smooth_curve(FEW_RATES, np.full(100, broken))[0]) == 0


def test_a_divergence_does_not_blur_the_minimum():
    losses = np.concatenate([np.linspace(3, 1, 90), np.full(10, 1e9)])
    _, curve = smooth_curve(FEW_RATES, losses)
    assert curve.max() < 5.1
    assert np.argmin(curve) > 75


@pytest.mark.parametrize("noise", [0.01, 0.3])
@pytest.mark.parametrize("count", [20, 50, 100])
def test_flat_noise_does_not_fall(noise, count):
    random = np.random.default_rng(0)
    flat = [2.3 + noise * random.standard_normal(count) for _ in range(300)]
    rates = FEW_RATES[:count]
    falls = [falling_curve(rates, losses) is not None for losses in flat]
    assert np.mean(falls) < 0.05


def test_what_falls_within_the_noise_of_single_losses():
    random = np.random.default_rng(0)
    curve = 2.3 - 0.6 / (1 + (0.01 / FEW_RATES))
    falls = [
        falling_curve(FEW_RATES, curve + 0.2 * random.standard_normal(100))
        for _ in range(100)
    ]
    assert sum(each is not None for each in falls) > 95


@pytest.mark.parametrize(
    "losses", [np.ones(100), np.linspace(1, 3, 100), np.linspace(3, 1, 9)]
)
def test_what_does_not_fall_or_is_no_curve(losses):
    assert falling_curve(FEW_RATES[: len(losses)], losses) is None

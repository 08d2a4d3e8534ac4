import itertools
import math

import keras
import numpy as np
import pytest
from keras import ops

from keras_ssl import SemiSupervisedModel
from keras_ssl.finders.rate_trials import FACTOR
from keras_ssl.finders.rate_trials import best_rate
from keras_ssl.finders.rate_trials import climb
from keras_ssl.finders.rate_trials import most_rates
from keras_ssl.finders.rate_trials import run_range_test
from keras_ssl.finders.rate_trials import run_trial
from tests.backends import needs_compiler
from tests.finders.line import BATCHES
from tests.finders.line import line

pytestmark = [pytest.mark.core, pytest.mark.eager]
LOGITS = keras.losses.SparseCategoricalCrossentropy(from_logits=True)
RATES = np.geomspace(1e-6, 10, 50).tolist()


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


def expected(rates):
    """The losses of gradient descent, by hand."""
    weight, losses = 0.0, []
    for rate in rates:
        losses.append((2 * weight - 6) ** 2)
        weight -= rate * 4 * (2 * weight - 6)
    return losses


@pytest.mark.parametrize(
    "steps_per_execution", [1, pytest.param(4, marks=needs_compiler)]
)
def test_the_losses_are_those_of_single_batches(steps_per_execution):
    model = line("sgd", steps_per_execution=steps_per_execution)
    rates = RATES[:40]
    test = run_range_test(model, itertools.repeat(BATCHES[0]), rates)
    np.testing.assert_allclose(test.losses, expected(rates), rtol=1e-4)
    assert test.rates == rates
    assert test.total_losses == test.losses
    assert (test.loss_name, test.diverged) == ("loss", False)
    assert int(model.optimizer.iterations) == 40


def test_it_stops_when_the_loss_has_risen_again():
    test = run_range_test(line("sgd"), itertools.repeat(BATCHES[0]), RATES)
    assert test.diverged
    assert len(test.rates) == len(test.losses) < 50
    assert 0.1 < test.rates[-1] < 5
    assert np.mean(test.losses[-5:]) > 0.75 * 36
    assert np.mean(test.losses[-6:-1]) < 0.75 * 36
    np.testing.assert_allclose(
        test.losses, expected(RATES)[: len(test.losses)], rtol=1e-3
    )


def test_it_stops_before_a_loss_that_is_not_finite():
    batches = [BATCHES[0]] * 3 + [(BATCHES[0][0], np.full((4, 1), np.nan))]
    test = run_range_test(line("sgd"), iter(batches), RATES)
    assert test.diverged
    assert len(test.losses) == 3
    broken = run_range_test(line("sgd"), iter(batches[3:]), RATES)
    assert broken.losses == broken.rates == []


def test_a_lucky_batch_is_no_divergence():
    batches = [(np.ones((4, 1)), np.full((4, 1), y)) for y in [3] * 9 + [0.1]]
    turns = itertools.cycle(batches)
    test = run_range_test(line("sgd"), turns, [1e-9] * 50)
    assert not test.diverged
    assert len(test.losses) == 50


def test_gradient_accumulation_counts_updates():
    optimizer = keras.optimizers.SGD(gradient_accumulation_steps=3)
    batches = [(np.ones((4, 1)), np.full((4, 1), y)) for y in (1.0, 2.0, 3.0)]
    test = run_range_test(line(optimizer), itertools.cycle(batches), RATES[:4])
    np.testing.assert_allclose(test.losses[0], np.mean([1, 4, 9]), rtol=1e-5)
    assert len(test.losses) == 4
    assert int(optimizer.iterations) == 4


def test_steps_that_look_for_the_loss_scale_do_not_count():
    optimizer = keras.optimizers.LossScaleOptimizer(
        keras.optimizers.SGD(), initial_scale=2.0**127
    )
    model = line(optimizer)
    test = run_range_test(model, itertools.repeat(BATCHES[0]), RATES[:20])
    np.testing.assert_allclose(test.losses, expected(RATES[:20]), rtol=1e-4)
    assert float(ops.convert_to_numpy(optimizer.dynamic_scale)) < 2.0**127


def test_weights_that_are_never_updated():
    class Never(keras.optimizers.SGD):
        @property
        def iterations(self):
            return ops.zeros((), "int32")

    test = run_range_test(line(Never()), itertools.repeat(BATCHES[0]), RATES)
    assert test.diverged
    assert test.losses == []


def test_semi_supervised_steps_suggest_by_the_labeled_loss(network, digits8):
    x, y = digits8
    model = SemiSupervisedModel(
        network(), "pseudo_label", strong="cutout", unlabeled_weight=100.0
    )
    model.method.threshold = 0.0
    model.compile("sgd", LOGITS)
    element = {"labeled": x[:8], "unlabeled": x[8:24]}, y[:8]
    model.prepare(element)
    test = run_range_test(model, itertools.repeat(element), RATES[:3])
    assert test.loss_name == "labeled_loss"
    assert all(
        total > loss + 1
        for total, loss in zip(test.total_losses, test.losses, strict=True)
    )
    model.phase = "supervised"
    test = run_range_test(model, itertools.repeat(element), RATES[:3])
    assert test.loss_name == "loss"


def test_the_most_rates_that_are_tried():
    count = most_rates(0.01, lowest=1e-6, highest=10)
    assert count == 1 + 1 + 8
    assert len(climb(bowl(1e-9), 0.01, lowest=1e-6, highest=10)) == count

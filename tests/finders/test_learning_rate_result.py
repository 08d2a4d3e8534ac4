import json

import numpy as np
import pytest

from keras_ssl.finders.learning_rate_result import decide
from keras_ssl.finders.learning_rate_result import summarize
from keras_ssl.finders.rate_trials import RangeTest
from keras_ssl.finders.suggestions import SUGGESTIONS
from keras_ssl.finders.suggestions import suggest

pytestmark = pytest.mark.core
RATES = np.geomspace(1e-5, 1, 100).tolist()


def cut(test, count):
    parts = test.rates, test.losses, test.total_losses
    return RangeTest(
        *(part[:count] for part in parts), test.loss_name, diverged=True
    )


def falling(center, noise=0.0, seed=0):
    noise = noise * np.random.default_rng(seed).standard_normal(100)
    losses = 2 / (1 + (np.array(RATES) / center) ** 2) + noise
    losses = losses.tolist()
    return RangeTest(RATES, losses, losses, "loss", diverged=False)


@pytest.mark.parametrize("rule", SUGGESTIONS)
def test_the_median_of_the_tests_counts(rule):
    tests = [falling(center) for center in (1e-3, 2e-2, 3e-3)]
    result = summarize(tests, rule)
    alone = [suggest(test.rates, test.losses, rule) for test in tests]
    assert result.rate == alone[2] == result.suggestions[rule]
    each = ", ".join(f"{rate:.2g}" for rate in alone)
    assert result.reason.endswith(f"median of 3 range tests (alone: {each}).")


def test_of_one_test_nothing_else_is_said():
    result = summarize([falling(1e-3)], "steepest")
    np.testing.assert_allclose(result.rate, 1e-3, rtol=0.15)
    assert result.reason.endswith("by the rule 'steepest' from the loss.")


def test_noise_that_hides_the_fall_of_one_test():
    tests = [falling(1e-3, noise=3.2, seed=seed) for seed in range(9)]
    alone = [suggest(test.rates, test.losses) for test in tests]
    assert alone.count(None) > 3
    result = summarize(tests, "steepest")
    assert 2e-4 < result.rate < 5e-3


def test_a_curve_ends_where_half_of_the_tests_have_diverged():
    whole = falling(1e-3)
    tests = [cut(whole, count) for count in (100, 80, 60, 50)]
    result = summarize(tests, "minimum")
    assert result.rate == suggest(RATES[:60], whole.losses[:60], "minimum")
    tests = [cut(whole, count) for count in (100, 80, 5)]
    result = summarize(tests, "minimum")
    assert result.rate == suggest(RATES[:80], whole.losses[:80], "minimum")


def test_without_a_fall_there_is_no_rate():
    flat = RangeTest(RATES, [1.0] * 100, [1.0] * 100, "loss", diverged=False)
    result = summarize([flat, flat], "valley")
    assert result.rate is None
    assert "the loss never fell from 1e-05 to 1." in result.reason
    assert set(result.suggestions.values()) == {None}
    empty = cut(flat, 0)
    result = summarize([empty, empty], "slide")
    assert result.rate is None
    assert "not finite before the first step" in result.reason


def test_trials_may_see_a_fall_where_the_range_test_did_not():
    flat = RangeTest(RATES, [1.0] * 100, [1.0] * 100, "loss", diverged=False)
    result = summarize([flat], "valley")
    assert result.start == pytest.approx(np.sqrt(RATES[0] * RATES[-1]))
    decided = decide(result, {1e-3: 0.97, 1e-2: 0.5}, untrained=1.0)
    assert decided.rate == 1e-2
    assert "never fell in the range test" in decided.reason
    decided = decide(result, {1e-3: 0.97, 1e-2: 1.5}, untrained=1.0)
    assert decided.rate is None
    assert decided.reason == result.reason
    assert decided.plot()


def test_it_is_readable_and_can_be_saved():
    result = summarize([falling(1e-3)], "minimum")
    lines = str(result).splitlines()
    assert lines[0].startswith("Learning rate ")
    assert lines[-1] == "The search took 0.0 s."
    assert len(lines) == 9
    assert json.loads(json.dumps(result.to_dict()))["rule"] == "minimum"
    chosen = {row["rule"]: row["learning rate"] for row in result.rows}
    assert chosen["minimum"] == f"{result.rate:.2g}"


def test_the_best_trial_decides():
    result = summarize([falling(1e-3)], "minimum")
    trials = {1e-4: 0.5, 3e-4: 0.2, 1e-3: np.inf}
    decided = decide(result, trials)
    assert decided.rate == 3e-4
    assert decided.suggestions == result.suggestions
    assert "0.0003, the largest of 3 with which" in decided.reason
    assert [row["loss"] for row in decided.rows[-3:]] == ["0.5", "0.2", "inf"]
    saved = json.loads(json.dumps(decided.to_dict(), allow_nan=False))
    assert saved["trials"][2] == {"rate": 1e-3, "loss": None}
    labels = [line.get_label() for line in decided.plot().get_lines()]
    assert "trials: 0.0003 (chosen)" in labels


def test_trials_that_all_diverge_do_not_decide():
    result = summarize([falling(1e-3)], "minimum")
    decided = decide(result, {1e-4: np.inf, 3e-4: np.inf})
    assert (decided.rate, decided.reason) == (result.rate, result.reason)

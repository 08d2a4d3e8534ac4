import json

import numpy as np
import pytest

from keras_ssl.finders.learning_rate_result import summarize
from keras_ssl.finders.range_test import RangeTest
from keras_ssl.finders.suggestions import suggest

pytestmark = pytest.mark.core
RATES = np.geomspace(1e-5, 1, 100).tolist()


def falling(center, noise=0.0, seed=0):
    noise = noise * np.random.default_rng(seed).standard_normal(100)
    losses = 2 / (1 + (np.array(RATES) / center) ** 2) + noise
    losses = losses.tolist()
    return RangeTest(RATES, losses, losses, "loss", diverged=False)


def test_the_median_of_the_tests_counts():
    tests = [falling(center) for center in (1e-3, 2e-2, 3e-3)]
    result = summarize(tests, "valley", 2.0)
    each = [suggest(test.rates, test.losses, "valley") for test in tests]
    np.testing.assert_allclose(result.rate, sorted(each)[1])
    assert f"median of 3 range tests ({each[0]:.2g}, " in result.reason
    for rule, rate in result.suggestions.items():
        found = [suggest(test.rates, test.losses, rule) for test in tests]
        np.testing.assert_allclose(rate, np.median(found))


def test_of_two_tests_it_is_the_geometric_mean():
    result = summarize([falling(1e-3), falling(1e-2)], "steepest", 2.0)
    np.testing.assert_allclose(result.rate, 10**-2.5, rtol=0.15)


def test_a_test_that_does_not_fall_does_not_count():
    flat = RangeTest(RATES, [1.0] * 100, [1.0] * 100, "loss", diverged=False)
    tests = [falling(1e-3), flat, falling(1e-3)]
    assert (
        summarize(tests, "valley", 1.0).rate
        == summarize(tests[:1], "valley", 1.0).rate
    )
    assert summarize([flat, flat], "valley", 1.0).rate is None


def test_of_noisy_tests_the_mean_counts():
    tests = [falling(1e-3, noise=3.2, seed=seed) for seed in range(9)]
    assert (
        sum(suggest(test.rates, test.losses) is not None for test in tests) < 5
    )
    result = summarize(tests, "steepest", 1.0)
    assert 2e-4 < result.rate < 5e-3
    assert result.reason.endswith("from the loss, mean of 9 range tests.")


def test_tests_of_different_lengths():
    short = falling(1e-3, noise=3.0)
    short = RangeTest(RATES[:60], short.losses[:60], [], "loss", diverged=True)
    summarize([short, falling(1e-3, noise=3.0, seed=1)], "slide", 1.0)
    empty = RangeTest([], [], [], "labeled_loss", diverged=True)
    assert summarize([empty, empty], "slide", 1.0).rate is None
    assert "not finite" in summarize([empty], "slide", 1.0).reason


def test_it_is_readable_and_can_be_saved():
    result = summarize([falling(1e-3)], "minimum", 2.04)
    lines = str(result).splitlines()
    assert lines[0].startswith("Learning rate ")
    assert lines[-1] == "The search took 2.0 s."
    assert len(lines) == 8
    assert json.loads(json.dumps(result.to_dict()))["rule"] == "minimum"
    assert result.rows[2]["learning rate"] == f"{result.rate:.2g}"

import itertools
import math

import numpy as np
import pytest
from scipy import stats

from keras_ssl.study.paired_tests import compare_pairs
from keras_ssl.study.paired_tests import holm
from keras_ssl.study.paired_tests import summarize

OURS = [0.83, 0.86, 0.81, 0.85, 0.88]
THEIRS = [0.80, 0.84, 0.82, 0.80, 0.85]


def test_the_interval_holds_the_mean_as_often_as_it_says():
    random = np.random.default_rng(0)
    inside = 0
    for _ in range(1000):
        mean, _, interval = summarize(random.normal(3.0, 2.0, size=4))
        inside += abs(mean - 3.0) <= interval
    assert 0.93 < inside / 1000 < 0.97


def test_one_run_has_no_spread():
    mean, deviation, interval = summarize([0.8])
    assert mean == 0.8
    assert math.isnan(deviation)
    assert math.isnan(interval)
    found = compare_pairs([0.8], [0.7])
    assert found.mean == pytest.approx(0.1)
    assert math.isnan(found.p)
    assert math.isnan(found.p_exact)


def test_p_values_of_pairs():
    found = compare_pairs(OURS, THEIRS)
    assert found.p == pytest.approx(stats.ttest_rel(OURS, THEIRS).pvalue)
    differences = np.subtract(OURS, THEIRS)
    means = [
        np.mean(differences * signs)
        for signs in itertools.product((-1, 1), repeat=5)
    ]
    larger = np.abs(means) >= abs(differences.mean()) - 1e-12
    assert found.p_exact == pytest.approx(np.mean(larger))
    assert found.pairs == 5


def test_pairs_that_differ_alike():
    # Nothing is known of their spread, so that a t-test says nothing.
    found = compare_pairs([0.83, 0.53], [0.8, 0.5])
    assert math.isnan(found.p)
    assert found.p_exact == 0.5
    found = compare_pairs([0.8, 0.5], [0.8, 0.5])
    assert (found.p, found.p_exact) == (1.0, 1.0)


def test_equal_means_are_equal_whatever_their_last_digit():
    random = np.random.default_rng(0)
    for _ in range(50):
        ours, theirs = random.integers(790, 830, size=(2, 5))
        means = [
            abs(np.sum((ours - theirs) * signs))
            for signs in itertools.product((-1, 1), repeat=5)
        ]
        expected = np.mean(np.array(means) >= abs(np.sum(ours - theirs)))
        found = compare_pairs(ours / 1000, theirs / 1000)
        assert found.p_exact == expected


def test_many_pairs_are_sampled():
    random = np.random.default_rng(1)
    ours, theirs = random.normal(size=(2, 40)) + [[0.5], [0.0]]
    found = compare_pairs(ours, theirs)
    assert found.p_exact == pytest.approx(found.p, abs=0.02)
    assert found.p_exact >= 2**-16


def test_holm():
    # Holm's own steps: 3 p(1), 2 p(2), 1 p(3), never falling, at most 1.
    assert holm([0.01, 0.04, 0.03]) == pytest.approx([0.03, 0.06, 0.06])
    assert holm([0.9, 0.8]) == [1.0, 1.0]
    kept = holm([0.02, math.nan, 0.5])
    assert kept[0] == pytest.approx(0.04)
    assert math.isnan(kept[1])

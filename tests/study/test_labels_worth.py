import math

import numpy as np
import pytest

from keras_ssl.study.labels_worth import draw_interval
from keras_ssl.study.labels_worth import labels_for

MEANS = {40: 0.6, 100: 0.8, 250: 0.75, 1000: 0.9}


@pytest.mark.parametrize(
    ("goal", "labels"),
    [
        (0.5, 0.0),
        (0.6, 40),
        (0.7, math.sqrt(40 * 100)),
        (0.8, 100),
        # With 250 labels it is not taken to be worse than with 100.
        (0.85, math.sqrt(250 * 1000)),
        (0.9, 1000),
        (0.95, math.inf),
    ],
)
def test_a_straight_line_over_the_logarithm(goal, labels):
    assert labels_for(goal, MEANS) == pytest.approx(labels)


def test_seeds_that_agree_leave_no_doubt():
    controls = {10: [{0: 0.6, 1: 0.6}], 1000: [{0: 0.8, 1: 0.8}]}
    low, high = draw_interval({0: 0.7, 1: 0.7}, controls)
    assert (low, high) == pytest.approx((100, 100))


def test_only_seeds_that_all_have_are_drawn():
    controls = {10: [{0: 0.6, 1: 0.6}], 1000: [{0: 0.8}]}
    assert np.isnan(draw_interval({0: 0.7, 1: 0.7}, controls)).all()

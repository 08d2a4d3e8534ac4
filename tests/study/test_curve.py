import math

import numpy as np
import pytest

from keras_ssl.study import Comparison
from keras_ssl.study import LabelCurve


def found(controls=("control",), **rows):
    runs = [
        {"row": row, "seed": seed, "accuracy": accuracy, "seconds": 1.0}
        for row, all_ in rows.items()
        for seed, accuracy in enumerate(all_)
    ]
    return Comparison(runs, controls, {})


@pytest.fixture
def curve():
    return LabelCurve(
        {
            40: found(control=[0.5, 0.7], SSL=[0.7, 0.7]),
            100: found(control=[0.8, 0.8], SSL=[0.8, 0.84]),
            1000: found(control=[0.9, 0.9], SSL=[0.9, 0.92]),
        }
    )


def test_what_labels_are_worth(curve):
    # 70 % lies half way between 60 % with 40 labels and 80 % with 100.
    assert curve.worth("SSL", 40) == pytest.approx(np.sqrt(40 * 100))
    assert curve.worth("SSL", 1000) == math.inf
    assert curve.worth("control", 100) == pytest.approx(100)
    lines = curve.words.splitlines()
    assert lines[0].startswith("40 labels with SSL are worth 63 (")
    assert lines[2].startswith(
        "1,000 labels with SSL are worth more than 1,000 "
    )


def test_labels_that_improve_nothing_are_not_counted():
    curve = LabelCurve(
        {
            40: found(control=[0.8], SSL=[0.9]),
            250: found(control=[0.9], SSL=[0.9]),
            1000: found(control=[0.85], SSL=[0.9]),
        }
    )
    assert curve.worth("SSL", 40) == pytest.approx(250)


def test_a_goal_beyond_a_plateau():
    curve = LabelCurve(
        {
            40: found(control=[0.8], SSL=[0.85]),
            100: found(control=[0.8], SSL=[0.8]),
            1000: found(control=[0.9], SSL=[0.9]),
        }
    )
    # Half way between 100 and 1,000: there were no more with 100 than with 40.
    assert curve.worth("SSL", 40) == pytest.approx(np.sqrt(100 * 1000))
    assert curve.worth("SSL", 100) == 40


def test_the_better_control_counts_at_each_number():
    both = "weak", "control"
    curve = LabelCurve(
        {
            40: found(both, weak=[0.5], control=[0.6], SSL=[0.8]),
            250: found(both, weak=[0.8], control=[0.7], SSL=[0.9]),
        }
    )
    assert curve.worth("SSL", 40) == pytest.approx(250)
    assert curve.worth("SSL", 250) == math.inf
    assert curve.words.splitlines() == [
        "40 labels with SSL are worth 250 with the best of weak, control.",
        "250 labels with SSL are worth more than 250 with the best of weak, "
        "control.",
    ]


def test_the_interval_is_that_of_seeds_drawn_anew():
    even = LabelCurve(
        {
            10: found(control=[0.5] * 4, SSL=[0.6, 0.6, 0.7, 0.7]),
            1000: found(control=[0.7] * 4, SSL=[0.9] * 4),
        }
    )
    low, high = even.interval("SSL", 10)
    # Draws of four seeds are all poor or all good with a chance of 1/16 each.
    assert low == pytest.approx(100)
    assert high == pytest.approx(1000)
    assert even.worth("SSL", 10) == pytest.approx(10**2.5)
    assert "worth 316 (100 to 1,000) with control" in even.words
    assert "In brackets" in even.words


def test_the_interval_pairs_seeds():
    # Each seed of SSL is as good as its own control with 40 labels.
    seeds = [0.6, 0.7, 0.8]
    curve = LabelCurve(
        {
            40: found(control=seeds, SSL=seeds),
            250: found(control=[0.9] * 3, SSL=[0.95] * 3),
        }
    )
    assert curve.interval("SSL", 40) == (40, 40)


def test_worse_than_the_fewest_labels():
    curve = LabelCurve({40: found(control=[0.6], SSL=[0.5])})
    assert curve.worth("SSL", 40) == 0
    assert "fewer than 40" in curve.words


def test_table_and_figure(curve):
    assert "| 60.00 ± 14.14 |" in curve.to_markdown()
    ax = curve.plot()
    assert ax.get_xscale() == "log"
    assert ax.lines[1].get_ydata() == pytest.approx([70, 82, 91])

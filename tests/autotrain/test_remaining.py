import types

import pytest

from keras_ssl.autotrain.remaining import Remaining
from keras_ssl.model.compiling import Compiling

SUPERVISED, SSL = "supervised", "semi-supervised"


def play(phases, epochs, expected, most=""):
    """Plays epochs of 20 seconds; returns what is said."""
    told, seconds = [], [0.0]
    each = Remaining(told.append, epochs, expected, most, lambda: seconds[0])
    model = types.SimpleNamespace(phase=SUPERVISED, compiling=Compiling())
    each.set_model(model)
    each.set_params({"steps": 100})
    each.on_train_begin()
    for epoch, phase in enumerate(phases):
        model.phase = phase
        each.on_epoch_begin(epoch)
        seconds[0] += 20.0
        if phase != phases[epoch - 1]:  # its step is compiled
            seconds[0] += 1000.0
            model.compiling.seconds += 1000.0
    return told


def test_stages_and_the_time_that_is_left():
    epochs = {"phase 1": 1, "phase 2": 9}
    expected = {"phase 1": 20.0, "phase 2": 150.0, "baseline": 600.0}
    told = play([SUPERVISED, *[SSL] * 4], epochs, expected)
    assert told == [
        "phase 1: 1 epoch of 100 steps with labels alone, about 20 s.",
        "phase 2: 9 epochs of 100 steps, about 2 min.",
        "phase 2: 8 epochs left, about 3 min; about 13 min in all.",
        "phase 2: 6 epochs left, about 2 min; about 12 min in all.",
    ]


def test_the_baseline_is_a_stage_of_its_own():
    told = play([SUPERVISED] * 3, {"baseline": 4}, {})
    assert told == [
        "baseline: 4 epochs of 100 steps with labels alone.",
        "baseline: 2 epochs left, about 40 s.",
    ]


@pytest.mark.parametrize("most", ["", "at most "])
def test_a_phase_that_may_end_earlier(most):
    told = play([SUPERVISED], {"phase 1": 3}, {"phase 1": 60.0}, most)
    assert told == [
        f"phase 1: {most}3 epochs of 100 steps with labels alone, {most}about "
        "1 min."
    ]

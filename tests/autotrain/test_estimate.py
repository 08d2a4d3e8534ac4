import types

import numpy as np
import pytest

import keras_ssl
from keras_ssl.autotrain.estimate import Budget
from keras_ssl.autotrain.estimate import estimate
from keras_ssl.autotrain.training import Schedule
from tests.autotrain.runs import FIXED
from tests.autotrain.runs import QUIET

pytestmark = [pytest.mark.eager, QUIET]

# 500 steps of phase 1, 3,700 of phase 2, 4,200 of the baseline.
SCHEDULE = Schedule(8, 3, 100, 40, "cosine", 5, 100)
BOTH = {"augmentation": False, "batch size": True, "learning rate": True}


def test_searches_share_what_they_may_take():
    budget = Budget(0.2, SCHEDULE, baseline=True, searches=BOTH)
    steps = 500 + 4 * 3700 + 4200
    assert budget.steps("learning rate") == int(0.1 * steps)
    seconds = 0.5 * (3700 + (500 + 4200) / 2)
    assert budget.seconds("batch size", 0.5) == pytest.approx(0.1 * seconds)
    three = Budget(0.2, SCHEDULE, True, {**BOTH, "augmentation": True})
    assert three.steps("augmentation") == int(0.1 * steps)
    assert three.steps("learning rate") == int(0.05 * steps)
    alone = Budget(0.2, SCHEDULE, False, {"learning rate": True})
    assert alone.steps("learning rate") == int(0.2 * (500 + 4 * 3700))
    assert Budget(None, SCHEDULE, True, BOTH).steps("learning rate") is None
    assert "20 % of the training" in budget.reason


def test_an_estimate_holds_steps_and_validation():
    data = np.zeros((15, 8, 8, 1)), np.zeros(15)
    run = types.SimpleNamespace(parts=types.SimpleNamespace(validation=data))
    steps = {"supervised": 0.3, "semi-supervised": 1.0}
    found = estimate(run, SCHEDULE, steps, baseline=False)
    # An epoch validates 2 batches, at a third of the time of a step each.
    assert found == pytest.approx(
        {"phase 1": 500 * 0.3 + 5 * 0.2, "phase 2": 3700 + 37 * 0.2}
    )
    assert not estimate(run, SCHEDULE, {}, baseline=True)


@pytest.mark.core
def test_an_estimate_comes_first_and_changes_nothing(model, parts, capsys):
    before = model.get_weights()
    reports = []
    for verbose in (0, 1):
        model.set_weights(before)
        options = {**FIXED, "verbose": verbose, "inspect": False}
        reports.append(keras_ssl.train(model, **parts, **options))
    quiet, told = reports
    for phase, columns in quiet.history.items():
        for name, values in columns.items():
            np.testing.assert_allclose(told.history[phase][name], values)
    lines = capsys.readouterr().out.splitlines()
    ours = [line for line in lines if line.startswith("train: ")]
    assert ours[0] == (
        "train: training takes a few seconds: phase 1 a few seconds, phase 2 a "
        "few seconds, baseline a few seconds."
    )
    assert [line.split(":")[1] for line in ours[1:4]] == [
        *(" phase 1", " phase 2", " baseline"),
    ]

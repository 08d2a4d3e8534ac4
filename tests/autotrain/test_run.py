import numpy as np
import pytest

import keras_ssl
from keras_ssl.autotrain import outcome
from keras_ssl.autotrain.run import Run
from keras_ssl.autotrain.state import open_state
from tests.autotrain.runs import FIXED
from tests.autotrain.runs import QUIET
from tests.autotrain.runs import Interruption
from tests.autotrain.runs import accuracy
from tests.autotrain.runs import compiled

pytestmark = [pytest.mark.eager, QUIET]


def test_an_interrupted_run_goes_on(model, network, parts, tmp_path):
    folder = tmp_path / "new"
    options = {**parts, **FIXED, "resume": folder}
    with pytest.raises(KeyboardInterrupt):
        keras_ssl.train(model, **options, callbacks=[Interruption()])
    later = compiled(network)
    report = keras_ssl.train(later, **options)
    assert [len(each["loss"]) for each in report.history.values()] == [1, 2]
    stages = ["baseline", "phase 1", "phase 2"]
    assert list(report.accuracy) in (stages, [*stages, outcome.KEPT])
    assert not (folder / "backup").exists()
    # A finished run is loaded, with the weights that it has trained.
    again = compiled(network)
    loaded = keras_ssl.train(again, **options)
    assert loaded.accuracy == report.accuracy
    for a, b in zip(again.get_weights(), later.get_weights(), strict=True):
        np.testing.assert_array_equal(a, b)
    # What is loaded is what was measured.
    measured = accuracy(again, parts["test"])
    assert measured == pytest.approx(list(report.accuracy.values())[-1])


@pytest.fixture
def begin(model, tmp_path):
    """Opens the run of a folder, as its process does."""

    def begin():
        wrapped = keras_ssl.SemiSupervisedModel(model)
        return Run(wrapped, None, True, open_state(tmp_path, 0), tmp_path, 1)

    return begin


def test_settings_are_recalled_where_they_were_found(begin):
    run = begin()
    run.note("batch_size", 8, "found: the fastest")
    run.note("learning_rate", 0.1, "given")
    assert run.recall("batch_size") == 8
    assert run.recall("learning_rate") is run.recall("epochs") is None
    run.note("batch_size", 4, "given")
    assert run.recall("batch_size") is None
    assert [each.name for each in run.report.settings] == [
        "learning_rate",
        "batch_size",
    ]


def test_the_weights_of_the_beginning_outlast_an_interruption(begin):
    run = begin()
    first = run.begin({"seed": 0})
    run.assign([value + 1 for value in run.evaluation_values()])
    for a, b in zip(first, begin().begin({"seed": 0}), strict=True):
        np.testing.assert_array_equal(a, b)
    for a, b in zip(first, run.evaluation_values(), strict=True):
        np.testing.assert_allclose(a + 1, b, rtol=1e-6)


def test_it_keeps_time_and_says_what_it_may(begin, capsys):
    run = begin()
    with run.timed("a step"):
        run.say("hello")
    assert run.report.seconds["a step"] >= 0
    run.verbose = 0
    run.say("nothing")
    assert capsys.readouterr().out == "train: hello\n"

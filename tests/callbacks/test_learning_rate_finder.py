import keras
import numpy as np
import pytest

from keras_ssl import SemiSupervisedModel
from keras_ssl.callbacks import PhaseSwitch
from keras_ssl.callbacks.learning_rate_finder import LearningRateFinder
from tests.data.conftest import Batches
from tests.utils.states import assert_close
from tests.utils.states import assert_equal
from tests.utils.states import assert_same_history
from tests.utils.states import state

LOGITS = keras.losses.SparseCategoricalCrossentropy(from_logits=True)
SEARCH = {
    "min_rate": 1e-4,
    "max_rate": 1.0,
    "steps": 12,
    "repeats": 1,
    "trial_steps": 3,
}


def cosine(peak=0.05):
    return keras.optimizers.schedules.CosineDecay(
        0.0, 30, warmup_target=peak, warmup_steps=2
    )


class Rate(keras.callbacks.Callback):
    """Notes the learning rate of every epoch, and may set it."""

    acts_before_others = True

    def __init__(self, force=None):
        super().__init__()
        self.force = force
        self.seen = []

    def on_epoch_begin(self, epoch, logs=None):
        if self.force:
            self.model.optimizer.learning_rate = self.force

    def on_train_batch_begin(self, batch, logs=None):
        self.seen.append(float(self.model.optimizer.learning_rate))


def build(network, phase="semi-supervised", rate=0.05, **arguments):
    keras.utils.set_random_seed(3)
    layers = [keras.Input((8, 8, 1)), keras.layers.Dropout(0.1), network()]
    model = SemiSupervisedModel(
        keras.Sequential(layers), "fixmatch", weak=None, strong="cutout"
    )
    model.phase = phase
    optimizer = keras.optimizers.SGD(rate, momentum=0.9)
    model.compile(optimizer, LOGITS, metrics=["accuracy"], **arguments)
    return model


def fit(model, digits8, *callbacks, **arguments):
    x, y = digits8
    arguments = {"epochs": 3, "steps_per_epoch": 4, **arguments}
    return model.fit(
        x[:32],
        y[:32],
        batch_size=8,
        unlabeled_data=x,
        unlabeled_ratio=2,
        validation_data=(x[64:], y[64:]),
        callbacks=list(callbacks),
        verbose=0,
        **arguments,
    ).history


CASES = {
    "semi-supervised": ({}, list),
    "supervised": ({"phase": "supervised"}, list),
    "both phases": ({}, lambda: [PhaseSwitch(epoch=1, verbose=0)]),
    "early stopping": ({}, lambda: [keras.callbacks.EarlyStopping("loss")]),
    "steps per execution": ({"steps_per_execution": 2}, list),
    "mixed precision": ({}, list),
}


@pytest.mark.parametrize(
    "case",
    [
        pytest.param("semi-supervised", marks=pytest.mark.slow),
        pytest.param("supervised", marks=pytest.mark.slow),
        pytest.param("both phases", marks=pytest.mark.core),
        "early stopping",
        "steps per execution",
        "mixed precision",
    ],
)
def test_but_for_the_rate_training_is_the_same(case, network, digits8):
    if case == "mixed precision":
        keras.config.set_dtype_policy("mixed_float16")
    arguments, others = CASES[case]
    results = []
    for finders in ([LearningRateFinder(verbose=0, **SEARCH)], []):
        model = build(network, **arguments)
        callbacks = [*finders, Rate(0.05), *others()]
        history = fit(model, digits8, *callbacks)
        results.append((history, state(model), np.random.rand()))
        if finders:
            assert finders[0].result.rate != 0.05
            assert len(finders[0].result.tests[0].losses) > 5
    assert_same_history(results[0][0], results[1][0])
    assert_close(results[0][1], results[1][1])
    assert results[0][2] == results[1][2]


def test_it_sets_the_rate_and_says_so(network, digits8, capsys):
    model, finder, rate = build(network), LearningRateFinder(**SEARCH), Rate()
    fit(model, digits8, finder, rate)
    found = finder.result.rate
    np.testing.assert_allclose(rate.seen, [found] * 12, rtol=1e-6)
    assert finder.result.tests[0].loss_name == "labeled_loss"
    printed = capsys.readouterr().out.splitlines()
    lines = [line for line in printed if "LearningRateFinder" in line]
    assert len(lines) == 1
    assert f"Learning rate {found:.2g}, the largest of" in lines[0]
    assert "It was 0.05 (" in lines[0]
    assert finder.plot().get_ylabel() == "Labeled loss"
    assert model.callback_state == {}


@pytest.mark.parametrize(
    "finder_first", [pytest.param(True, marks=pytest.mark.core), False]
)
def test_both_phases_have_the_rate(finder_first, network, digits8):
    finder, rate = LearningRateFinder(verbose=0, **SEARCH), Rate()
    callbacks = [finder, PhaseSwitch(epoch=1, verbose=0)]
    callbacks = callbacks if finder_first else callbacks[::-1]
    fit(build(network), digits8, *callbacks, rate)
    np.testing.assert_allclose(rate.seen, [finder.result.rate] * 12, rtol=1e-6)
    assert finder.result.tests[0].loss_name == "loss"


def test_a_schedule_is_scaled(network, digits8):
    finder, rate = LearningRateFinder(verbose=0, **SEARCH), Rate()
    model = build(network, rate=cosine())
    fit(model, digits8, finder, rate)
    expected = [float(cosine()(step)) for step in range(12)]
    factor = finder.result.rate / max(expected)
    np.testing.assert_allclose(rate.seen, factor * np.array(expected), 1e-3)
    assert model.optimizer.learning_rate < finder.result.rate


def test_with_a_scaled_schedule_training_is_the_same_too(network, digits8):
    def run(rate, *callbacks):
        model = build(network, rate=rate)
        history = fit(model, digits8, *callbacks)
        config = model.optimizer.get_config()["learning_rate"]
        schedule = keras.saving.deserialize_keras_object(config)
        return schedule, history, state(model)

    scaled, *found = run(cosine(), LearningRateFinder(verbose=0, **SEARCH))
    _, *straight = run(scaled)
    assert_same_history(found[0], straight[0])
    assert_close(found[1], straight[1])


@pytest.mark.parametrize(
    "error",
    [pytest.param(KeyboardInterrupt, marks=pytest.mark.core), RuntimeError],
)
def test_an_interrupted_search_leaves_the_model_as_it_was(
    error, network, digits8
):
    model = build(network)
    fit(model, digits8, epochs=1)
    before, original, left = state(model), model.train_on_batch, [6]

    def train_on_batch(*args, **kwargs):
        left[0] -= 1
        if not left[0]:
            raise error
        return original(*args, **kwargs)

    model.train_on_batch = train_on_batch
    with pytest.raises(error):
        fit(model, digits8, LearningRateFinder(verbose=0, **SEARCH))
    model.train_on_batch = original
    weights = len(model.variables) + len(model.optimizer.variables)
    assert_equal(before[:weights], state(model)[:weights])


def test_every_fit_searches_anew(network, digits8):
    model, finder = build(network), LearningRateFinder(verbose=0, **SEARCH)
    fit(model, digits8, finder, epochs=1)
    first = finder.result
    fit(model, digits8, finder, epochs=1)
    assert finder.result is not first


class Interrupt(keras.callbacks.Callback):
    def on_epoch_begin(self, epoch, logs=None):
        if epoch == 2:
            raise KeyboardInterrupt


@pytest.mark.parametrize("schedule", [False, True])
def test_a_resumed_run_keeps_its_rate(schedule, network, digits8, tmp_path):
    def run(finder, rate, *callbacks):
        model = build(network, rate=cosine() if schedule else 0.05)
        backup = keras.callbacks.BackupAndRestore(str(tmp_path))
        fit(model, digits8, finder, rate, backup, *callbacks)

    interrupted, rate = LearningRateFinder(verbose=0, **SEARCH), Rate()
    with pytest.raises(KeyboardInterrupt):
        run(interrupted, rate, Interrupt())
    finder, resumed = LearningRateFinder(verbose=0, **SEARCH), Rate()
    run(finder, resumed)
    assert finder.result is None
    if schedule:
        factor = rate.seen[3] / float(cosine()(3))
        expected = [factor * float(cosine()(step)) for step in range(8, 12)]
    else:
        expected = [interrupted.result.rate] * 4
    np.testing.assert_allclose(resumed.seen, expected, rtol=1e-4)


def test_without_a_fall_the_rate_stays(network, digits8, capsys):
    search = {**SEARCH, "min_rate": 1e-12, "max_rate": 1e-9}
    finder, rate = LearningRateFinder(**search), Rate()
    fit(build(network), digits8, finder, rate, epochs=1)
    assert finder.result.rate is None
    np.testing.assert_allclose(rate.seen, [0.05] * 4, rtol=1e-6)
    printed = capsys.readouterr().out
    assert "never fell" in printed
    assert "It stays 0.05" in printed


def test_a_plain_model_needs_data(network, digits8):
    model = network()
    model.compile(keras.optimizers.SGD(0.05), LOGITS)
    with pytest.raises(ValueError, match="Received.*data=.*find_learning_rate"):
        model.fit(*digits8, callbacks=[LearningRateFinder()], verbose=0)
    batches = [(digits8[0][:32], digits8[1][:32])]
    finder, rate = LearningRateFinder(batches, verbose=0, **SEARCH), Rate()
    model.fit(*digits8, callbacks=[finder, rate], verbose=0)
    np.testing.assert_allclose(rate.seen, [finder.result.rate] * 4, rtol=1e-6)


@pytest.mark.parametrize("container", ["arrays", "PyDataset", "generator"])
def test_the_data_of_the_supervised_phase(container, network, digits8):
    def endless(batches):
        while True:
            yield from (batches[index] for index in range(len(batches)))

    results = []
    for finders in ([LearningRateFinder(verbose=0, **SEARCH)], []):
        model = build(network, phase="supervised")
        data = Batches(digits8, 16)
        arguments = {"x": data}
        if container == "arrays":
            arguments = {"x": digits8[0], "y": digits8[1], "batch_size": 16}
        if container == "generator":
            arguments = {"x": endless(data), "steps_per_epoch": 8}
        callbacks = [*finders, Rate(0.05)]
        history = model.fit(**arguments, callbacks=callbacks, verbose=0)
        results.append((history.history, state(model)))
    assert_same_history(results[0][0], results[1][0])
    assert_close(results[0][1], results[1][1])


def test_wrong_arguments():
    with pytest.raises(ValueError, match="Received: 'best'.*Expected one of"):
        LearningRateFinder(suggestion="best")
    with pytest.raises(ValueError, match="Received: repeats=0"):
        LearningRateFinder(repeats=0)
    with pytest.raises(ValueError, match="has not searched.*Pass it to `fit`"):
        LearningRateFinder().plot()

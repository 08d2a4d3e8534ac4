import keras
import numpy as np
import pytest
from keras import ops

from keras_ssl import SemiSupervisedModel
from keras_ssl.callbacks import PhaseSwitch
from keras_ssl.callbacks import reset_optimizer

pytestmark = pytest.mark.eager

CORE = pytest.mark.core
LOGITS = keras.losses.SparseCategoricalCrossentropy(from_logits=True)


def values(model):
    return [np.array(ops.convert_to_numpy(v)) for v in model.variables]


@pytest.fixture
def model(network):
    model = SemiSupervisedModel(network(), strong="cutout")
    model.compile(keras.optimizers.SGD(0.05, momentum=0.9), LOGITS)
    return model


class Script(keras.callbacks.Callback):
    """Replaces the monitored value by a scripted one, and notes phases."""

    acts_before_others = True

    def __init__(self, losses):
        super().__init__()
        self.losses = losses
        self.phases = []
        self.weights = []

    def on_epoch_end(self, epoch, logs):
        logs["val_loss"] = logs["val_accuracy"] = self.losses[epoch]
        self.phases.append(self.model.phase)
        self.weights.append(
            [
                ops.convert_to_numpy(value)
                for _, value in self.model.evaluation_weights()
            ]
        )


def run(model, digits8, losses, switch, **arguments):
    x, y = digits8
    script = Script(losses)
    model.fit(
        x[:16],
        y[:16],
        unlabeled_data=x,
        epochs=len(losses),
        steps_per_epoch=1,
        verbose=0,
        callbacks=[script, switch],
        **arguments,
    )
    return script


def assert_weights(model, expected):
    for variable, value in zip(model.network.variables, expected, strict=True):
        np.testing.assert_array_equal(ops.convert_to_numpy(variable), value)
    for (_, value), same in zip(
        model.evaluation_weights(), expected, strict=True
    ):
        np.testing.assert_array_equal(ops.convert_to_numpy(value), same)


@pytest.mark.core
def test_it_switches_when_patience_ends_and_stops_when_it_ends_again(
    model, digits8, capsys
):
    losses = [5, 4, 4.5, 4.2, 3.9, 3.5, 3.6, 3.7, 0, 0]
    script = run(model, digits8, losses, PhaseSwitch(patience=2))
    assert script.phases == ["supervised"] * 4 + ["semi-supervised"] * 4
    assert_weights(model, script.weights[5])
    printed = capsys.readouterr().out
    assert "epoch 4: phase 2" in printed
    assert "best in epoch 2" in printed
    assert "epoch 6 (phase 2, val_loss 3.5000)" in printed


def test_phase_1_is_kept_if_phase_2_is_never_better(model, digits8):
    losses = [5, 1, 2, 3, 4, 5]
    script = run(model, digits8, losses, PhaseSwitch(patience=1))
    assert script.phases == ["supervised"] * 3 + ["semi-supervised"] * 2
    assert_weights(model, script.weights[1])


def test_phase_2_may_be_worse_at_first(model, digits8):
    losses = [3, 3, 9, 8, 7, 2, 2]
    script = run(model, digits8, losses, PhaseSwitch(patience=1))
    assert len(script.phases) == 7
    assert_weights(model, script.weights[5])


def test_at_a_given_epoch(model, digits8):
    switch = PhaseSwitch(epoch=2, patience=None)
    script = run(model, digits8, [4, 3, 2, 1], switch)
    assert script.phases == ["supervised"] * 2 + ["semi-supervised"] * 2


def test_scores_are_maximised(model, digits8):
    switch = PhaseSwitch("val_accuracy", patience=1)
    script = run(model, digits8, [1, 3, 2, 0, 9, 8], switch)
    assert script.phases == ["supervised"] * 3 + ["semi-supervised"] * 3
    assert_weights(model, script.weights[4])
    assert switch.mode == "max"
    assert PhaseSwitch().mode == "min"


@pytest.mark.core
def test_the_optimizer_starts_afresh_with_the_users_rate(model, digits8):
    seen = []

    def note(epoch, logs):
        seen.append(
            (
                float(model.optimizer.learning_rate),
                int(model.optimizer.iterations),
            )
        )
        model.optimizer.learning_rate = 0.001

    run(
        model,
        digits8,
        [4, 3, 2, 1],
        PhaseSwitch(epoch=2, patience=None),
        **{},
    )
    model.phase = "supervised"
    x, y = digits8
    reset_optimizer(model, 0.05)
    model.fit(
        x[:16],
        y[:16],
        unlabeled_data=x,
        validation_data=(x[:16], y[:16]),
        epochs=4,
        steps_per_epoch=3,
        verbose=0,
        callbacks=[
            PhaseSwitch(epoch=2, patience=None),
            keras.callbacks.LambdaCallback(on_epoch_begin=note),
        ],
    )
    assert [round(rate, 6) for rate, _ in seen] == [0.05, 0.001, 0.05, 0.001]
    assert [count for _, count in seen] == [0, 3, 0, 3]


def test_a_missing_value_says_what_there_is(model, digits8):
    x, y = digits8
    with pytest.raises(ValueError, match="without 'val_loss'") as error:
        model.fit(
            x[:16],
            y[:16],
            unlabeled_data=x,
            verbose=0,
            callbacks=[PhaseSwitch()],
        )
    assert "validation_data" in str(error.value)


@pytest.mark.parametrize(
    "wrong",
    [{"patience": 0}, {"mode": "best"}, {"epoch": 0, "patience": None}],
)
def test_wrong_arguments(wrong):
    with pytest.raises(ValueError, match="Received"):
        PhaseSwitch(**wrong)


def test_a_phase_that_lasts_longer_than_fit_is_told(model, digits8, capsys):
    for switch, told in (
        (PhaseSwitch(epoch=2, patience=None), "are all left unused"),
        (PhaseSwitch(epoch=2), "are perhaps left unused"),
        (PhaseSwitch(epoch=1), None),
        (PhaseSwitch(epoch=2, verbose=0), None),
    ):
        run(model, digits8, [3, 2], switch)
        said = capsys.readouterr().out
        assert told in said if told else "unused" not in said


@pytest.mark.core
@pytest.mark.parametrize("stop", [1, 3])
def test_after_an_interruption_fit_begins_anew(stop, model, digits8, capsys):
    x, y = digits8
    phases = []

    class Stop(keras.callbacks.Callback):
        def on_train_batch_end(self, batch, logs=None):
            phases.append(self.model.phase)
            if len(phases) == stop + 1:
                self.model.optimizer.learning_rate = 0.001  # as if it fell
                raise KeyboardInterrupt

    def fit():
        switch = PhaseSwitch("loss", epoch=2, patience=None)
        model.fit(
            x[:16],
            y[:16],
            unlabeled_data=x,
            epochs=4,
            steps_per_epoch=1,
            verbose=0,
            callbacks=[switch, Stop()],
        )

    with pytest.raises(KeyboardInterrupt):
        fit()
    phase = phases[-1]
    assert "interrupted" not in capsys.readouterr().out
    phases[:] = ["none"] * (stop + 1)
    fit()
    assert phases[stop + 1 :] == ["supervised"] * 2 + ["semi-supervised"] * 2
    assert f"interrupted in its {phase} phase" in capsys.readouterr().out
    assert float(model.optimizer.learning_rate) == pytest.approx(0.05)
    assert not model.callback_state


class Interrupt(keras.callbacks.Callback):
    def __init__(self, epoch):
        super().__init__()
        self.epoch = epoch

    def on_epoch_begin(self, epoch, logs=None):
        if epoch == self.epoch:
            raise KeyboardInterrupt


@pytest.fixture(scope="module")
def straight():
    """A run that nobody interrupts, kept for all that are."""
    return {}


@pytest.mark.parametrize("stop", [1, pytest.param(2, marks=CORE), 3])
@pytest.mark.parametrize("backup_first", [False, True])
def test_an_interrupted_run_resumes_to_the_same_numbers(
    stop, backup_first, straight, network, digits8, tmp_path
):
    x, y = digits8

    def build():
        keras.utils.set_random_seed(1)
        model = SemiSupervisedModel(network(), strong=None, weak=None)
        model.compile(keras.optimizers.SGD(0.05, momentum=0.9), LOGITS)
        return model

    def fit(model, *extra):
        callbacks = [PhaseSwitch(patience=1, verbose=0), *extra]
        model.fit(
            x[:16],
            y[:16],
            batch_size=16,
            unlabeled_data=x[:32],
            include_labeled=False,
            unlabeled_ratio=2,
            shuffle=False,
            validation_data=(x[100:], 3 - y[100:]),
            epochs=6,
            verbose=0,
            callbacks=callbacks[::-1] if backup_first else callbacks,
        )

    if not straight:
        model = build()
        fit(model)
        straight.update(phase=model.phase, weights=values(model))
    backup = keras.callbacks.BackupAndRestore(str(tmp_path))
    with pytest.raises(KeyboardInterrupt):
        fit(build(), backup, Interrupt(stop))
    resumed = build()
    fit(resumed, keras.callbacks.BackupAndRestore(str(tmp_path)))
    assert resumed.phase == straight["phase"]
    for a, b in zip(straight["weights"], values(resumed), strict=True):
        np.testing.assert_allclose(a, b, rtol=1e-5, atol=1e-6)

import keras
import numpy as np
import pytest

from keras_ssl import SemiSupervisedModel
from keras_ssl.callbacks import PhaseSwitch
from keras_ssl.callbacks import ReduceLROnPlateau


class Losses(keras.callbacks.Callback):
    """Replaces the validation loss by a script, and notes the rates."""

    acts_before_others = True

    def __init__(self, values):
        super().__init__()
        self.values, self.rates = values, []

    def on_epoch_begin(self, epoch, logs=None):
        self.rates.append(float(self.model.optimizer.learning_rate))

    def on_epoch_end(self, epoch, logs):
        logs["val_loss"] = self.values[epoch]


def test_a_schedule_is_left_alone(network, digits8):
    x, y = digits8
    model = SemiSupervisedModel(network(), strong="cutout")
    loss = keras.losses.SparseCategoricalCrossentropy(from_logits=True)
    schedule = keras.optimizers.schedules.CosineDecay(0.1, 10)
    model.compile(keras.optimizers.SGD(schedule), loss, run_eagerly=True)
    losses = Losses([1.0, 1.0, 1.0])
    model.fit(
        x[:8],
        y[:8],
        unlabeled_data=x,
        batch_size=4,
        epochs=3,
        steps_per_epoch=1,
        verbose=0,
        callbacks=[losses, ReduceLROnPlateau(patience=1)],
    )
    expected = [float(schedule(step)) for step in range(3)]
    np.testing.assert_allclose(losses.rates, expected, rtol=1e-6)


@pytest.mark.core
@pytest.mark.parametrize("switch_first", [True, False])
def test_it_reduces_and_starts_anew_with_each_phase(
    switch_first, network, digits8
):
    x, y = digits8
    model = SemiSupervisedModel(network(), strong="cutout")
    loss = keras.losses.SparseCategoricalCrossentropy(from_logits=True)
    model.compile(keras.optimizers.SGD(0.1), loss, run_eagerly=True)
    # In phase 1 the loss is 1 and stays; in phase 2 it falls from 5.
    losses = Losses([1.0, 1.0, 1.0, 5.0, 4.0, 4.0, 4.0])
    pair = [
        PhaseSwitch(patience=None, epoch=3, verbose=0),
        ReduceLROnPlateau(patience=1, factor=0.5),
    ]
    model.fit(
        x[:8],
        y[:8],
        unlabeled_data=x,
        batch_size=4,
        epochs=7,
        steps_per_epoch=1,
        verbose=0,
        callbacks=[losses, *(pair if switch_first else pair[::-1])],
    )
    expected = [0.1, 0.1, 0.05, 0.1, 0.1, 0.1, 0.05]
    np.testing.assert_allclose(losses.rates, expected, rtol=1e-6)


class Interruption(keras.callbacks.Callback):
    def __init__(self, epoch):
        super().__init__()
        self.epoch = epoch

    def on_epoch_begin(self, epoch, logs=None):
        if epoch == self.epoch:
            raise KeyboardInterrupt


@pytest.mark.parametrize("interrupted", [False, True])
def test_a_resumed_run_goes_on_waiting(interrupted, network, digits8, tmp_path):
    x, y = digits8
    losses = Losses([1.0, 2.0, 2.0, 2.0, 0.9, 2.0, 2.0])

    def fit(*callbacks):
        model = SemiSupervisedModel(network(), strong="cutout")
        loss = keras.losses.SparseCategoricalCrossentropy(from_logits=True)
        model.compile(keras.optimizers.SGD(0.1), loss, run_eagerly=True)
        plateau = ReduceLROnPlateau(patience=3)
        backup = keras.callbacks.BackupAndRestore(tmp_path)
        model.fit(
            x[:8],
            y[:8],
            unlabeled_data=x,
            batch_size=4,
            epochs=7,
            steps_per_epoch=1,
            verbose=0,
            callbacks=[losses, plateau, backup, *callbacks],
        )
        return model

    if interrupted:
        with pytest.raises(KeyboardInterrupt):
            fit(Interruption(3))
    model = fit()
    expected = [0.1, 0.1, 0.1, 0.1, 0.01, 0.01, 0.01]
    np.testing.assert_allclose(losses.rates[-4:], expected[-4:], rtol=1e-6)
    assert model.callback_state == {}


def test_a_run_resumed_after_the_switch_knows_no_best_yet(
    network, digits8, tmp_path
):
    x, y = digits8
    # Phase 2 begins after the second epoch; its loss falls from 5.
    losses = Losses([1.0, 1.0, 5.0, 4.0, 3.0, 2.0])

    def fit(*callbacks):
        model = SemiSupervisedModel(network(), strong="cutout")
        loss = keras.losses.SparseCategoricalCrossentropy(from_logits=True)
        model.compile(keras.optimizers.SGD(0.1), loss, run_eagerly=True)
        added = [
            losses,
            PhaseSwitch(patience=None, epoch=2, verbose=0),
            ReduceLROnPlateau(patience=1),
            keras.callbacks.BackupAndRestore(tmp_path),
            *callbacks,
        ]
        model.fit(
            x[:8],
            y[:8],
            unlabeled_data=x,
            batch_size=4,
            epochs=6,
            steps_per_epoch=1,
            verbose=0,
            callbacks=added,
        )

    with pytest.raises(KeyboardInterrupt):
        fit(Interruption(2))
    fit()
    np.testing.assert_allclose(losses.rates[-4:], [0.1] * 4, rtol=1e-6)

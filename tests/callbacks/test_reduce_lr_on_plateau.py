import keras
import numpy as np
import pytest

from keras_ssl import SemiSupervisedModel
from keras_ssl.callbacks import PhaseSwitch
from keras_ssl.callbacks import ReduceLROnPlateau
from tests.callbacks.interruption import Interruption

pytestmark = pytest.mark.eager


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


@pytest.fixture
def fit(network, digits8):
    """Trains a new model for an epoch of one step for each loss."""
    x, y = digits8

    def train(losses, *callbacks, rate=0.1):
        model = SemiSupervisedModel(network(), strong="cutout")
        loss = keras.losses.SparseCategoricalCrossentropy(from_logits=True)
        model.compile(keras.optimizers.SGD(rate), loss, run_eagerly=True)
        model.fit(
            x[:8],
            y[:8],
            unlabeled_data=x,
            batch_size=4,
            epochs=len(losses.values),
            steps_per_epoch=1,
            verbose=0,
            callbacks=[losses, *callbacks],
        )
        return model

    return train


def test_a_schedule_is_left_alone(fit):
    schedule = keras.optimizers.schedules.CosineDecay(0.1, 10)
    losses = Losses([1.0, 1.0, 1.0])
    fit(losses, ReduceLROnPlateau(patience=1), rate=schedule)
    expected = [float(schedule(step)) for step in range(3)]
    np.testing.assert_allclose(losses.rates, expected, rtol=1e-6)


@pytest.mark.parametrize(
    "switch_first", [pytest.param(True, marks=pytest.mark.core), False]
)
def test_it_reduces_and_starts_anew_with_each_phase(switch_first, fit):
    # In phase 1 the loss is 1 and stays; in phase 2 it falls from 5.
    losses = Losses([1.0, 1.0, 1.0, 5.0, 4.0, 4.0, 4.0])
    pair = [
        PhaseSwitch(patience=None, epoch=3, verbose=0),
        ReduceLROnPlateau(patience=1, factor=0.5),
    ]
    fit(losses, *(pair if switch_first else pair[::-1]))
    expected = [0.1, 0.1, 0.05, 0.1, 0.1, 0.1, 0.05]
    np.testing.assert_allclose(losses.rates, expected, rtol=1e-6)


@pytest.mark.parametrize("interrupted", [False, True])
def test_a_resumed_run_goes_on_waiting(interrupted, fit, tmp_path):
    losses = Losses([1.0, 2.0, 2.0, 2.0, 0.9, 2.0, 2.0])

    def run(*callbacks):
        backup = keras.callbacks.BackupAndRestore(tmp_path)
        return fit(losses, ReduceLROnPlateau(patience=3), backup, *callbacks)

    if interrupted:
        with pytest.raises(KeyboardInterrupt):
            run(Interruption(3))
    model = run()
    expected = [0.1, 0.01, 0.01, 0.01]
    np.testing.assert_allclose(losses.rates[-4:], expected, rtol=1e-6)
    assert model.callback_state == {}


def test_a_run_resumed_after_the_switch_knows_no_best_yet(fit, tmp_path):
    # Phase 2 begins after the second epoch; its loss falls from 5.
    losses = Losses([1.0, 1.0, 5.0, 4.0, 3.0, 2.0])

    def run(*callbacks):
        switch = PhaseSwitch(patience=None, epoch=2, verbose=0)
        backup = keras.callbacks.BackupAndRestore(tmp_path)
        plateau = ReduceLROnPlateau(patience=1)
        fit(losses, switch, plateau, backup, *callbacks)

    with pytest.raises(KeyboardInterrupt):
        run(Interruption(2))
    run()
    np.testing.assert_allclose(losses.rates[-4:], [0.1] * 4, rtol=1e-6)

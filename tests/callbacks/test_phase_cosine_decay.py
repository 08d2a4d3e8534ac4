import keras
import numpy as np
import pytest

from keras_ssl import SemiSupervisedModel
from keras_ssl.callbacks import BatchNormWarmup
from keras_ssl.callbacks import PhaseCosineDecay
from keras_ssl.callbacks import PhaseSwitch
from tests.callbacks.interruption import Interruption

pytestmark = pytest.mark.eager
SLOW = pytest.mark.slow

RATE = 0.1


class Rates(keras.callbacks.Callback):
    """Notes the rate of every step."""

    def __init__(self):
        super().__init__()
        self.rates = []

    def on_train_batch_end(self, batch, logs=None):
        self.rates.append(float(self.model.optimizer.learning_rate))


class Stop(keras.callbacks.Callback):
    def on_train_batch_end(self, batch, logs=None):
        if batch == 1:
            raise KeyboardInterrupt


@pytest.fixture
def fit(network, digits8):
    """Trains a new model for `epochs` of two steps."""
    x, y = digits8

    def train(epochs, *callbacks, rate=RATE):
        model = SemiSupervisedModel(network(), weak=None, strong="cutout")
        loss = keras.losses.SparseCategoricalCrossentropy(from_logits=True)
        model.compile(keras.optimizers.SGD(rate), loss, run_eagerly=True)
        model.fit(
            x[:8],
            y[:8],
            unlabeled_data=x,
            validation_data=(x[:8], y[:8]),
            batch_size=4,
            epochs=epochs,
            steps_per_epoch=2,
            verbose=0,
            callbacks=list(callbacks),
        )
        return model

    return train


def cosine(steps):
    return RATE * (1 + np.cos(np.pi * np.arange(steps) / steps)) / 2


def switch(epoch):
    return PhaseSwitch(
        epoch=epoch, patience=None, restore_best_weights=False, verbose=0
    )


@pytest.mark.parametrize(
    "warmup_steps", [0, pytest.param(3, marks=pytest.mark.core)]
)
def test_each_phase_falls_to_0(warmup_steps, fit):
    rates = Rates()
    warmup = BatchNormWarmup(warmup_steps, verbose=0)
    model = fit(5, warmup, switch(2), PhaseCosineDecay(2, 3), rates)
    expected = [*cosine(4), *cosine(6)]
    np.testing.assert_allclose(rates.rates, expected, rtol=1e-5)
    assert model.callback_state == {}
    assert float(model.optimizer.learning_rate) == pytest.approx(RATE)
    logged = model.history.history["learning_rate"]
    np.testing.assert_allclose(logged, expected[1::2], rtol=1e-5)


class Search(keras.callbacks.Callback):
    """Sets a rate when training starts, as `LearningRateFinder` does."""

    acts_before_others = True

    def on_epoch_begin(self, epoch, logs=None):
        if not epoch:
            self.model.optimizer.learning_rate = RATE


@pytest.mark.parametrize("order", [[0, 1, 2], [1, 2, 0], [0, 2, 1]])
def test_a_rate_that_is_found_is_where_both_phases_begin(order, fit):
    rates = Rates()
    three = [Search(), switch(2), PhaseCosineDecay(2, 3)]
    # As everywhere, the search stands before what notes the user's rate.
    three = [three[place] for place in order]
    first = three.index(next(c for c in three if isinstance(c, PhaseSwitch)))
    search = three.index(next(c for c in three if isinstance(c, Search)))
    fit(5, *three, rates, rate=7.0)
    np.testing.assert_allclose(rates.rates[:4], cosine(4), rtol=1e-5)
    second = cosine(6) if search < first else 7.0 / RATE * cosine(6)
    np.testing.assert_allclose(rates.rates[4:], second, rtol=1e-5)


def test_a_phase_that_another_callback_begins(fit):
    class Begin(keras.callbacks.Callback):
        def on_epoch_begin(self, epoch, logs=None):
            if not epoch:
                self.model.phase = "supervised"

        def on_epoch_end(self, epoch, logs=None):
            if epoch == 1:
                self.model.phase = "semi-supervised"

    rates = Rates()
    begin = Begin()
    begin.acts_before_others = True
    fit(5, begin, PhaseCosineDecay(2, 3), rates)
    np.testing.assert_allclose(rates.rates, [*cosine(4), *cosine(6)], rtol=1e-5)


def test_a_run_of_one_phase(fit):
    rates = Rates()
    fit(3, PhaseCosineDecay(3), rates)
    np.testing.assert_allclose(rates.rates, cosine(6), rtol=1e-5)


def test_what_lasts_longer_than_its_phase_stays_at_0(fit):
    rates = Rates()
    fit(3, PhaseCosineDecay(2), rates)
    np.testing.assert_allclose(rates.rates[4:], [0, 0], atol=1e-8)


def test_a_schedule_is_left_alone(fit):
    schedule = keras.optimizers.schedules.ExponentialDecay(RATE, 1, 0.5)
    rates = Rates()
    fit(1, PhaseCosineDecay(1), rates, rate=schedule)
    np.testing.assert_allclose(rates.rates, [RATE / 2, RATE / 4], rtol=1e-5)


@pytest.mark.parametrize(
    ("epoch", "save_freq"),
    [
        (1, "epoch"),
        (2, 1),
        (3, "epoch"),
        pytest.param(1, 1, marks=SLOW),
        pytest.param(2, "epoch", marks=SLOW),
        pytest.param(3, 1, marks=SLOW),
    ],
)
def test_a_resumed_run_goes_on(epoch, save_freq, fit, tmp_path):
    def run(*callbacks):
        rates = Rates()
        backup = keras.callbacks.BackupAndRestore(tmp_path, save_freq=save_freq)
        decay = PhaseCosineDecay(2, 3)
        try:
            fit(5, switch(2), decay, backup, rates, *callbacks)
        except KeyboardInterrupt:
            assert callbacks
        return rates.rates

    before, after = run(Interruption(epoch)), run()
    expected = [*cosine(4), *cosine(6)]
    # Keras repeats an epoch that was saved after a step.
    again = 2 * epoch if save_freq == "epoch" else 2 * epoch - 2
    np.testing.assert_allclose(before, expected[: 2 * epoch], rtol=1e-5)
    np.testing.assert_allclose(after, expected[again:], rtol=1e-5)


def test_after_an_interruption_the_same_model_begins_with_the_same_rate(
    fit, digits8
):
    x, y = digits8
    model = fit(1, PhaseCosineDecay(1))
    options = {"batch_size": 4, "epochs": 3, "steps_per_epoch": 2, "verbose": 0}
    data = {"x": x[:8], "y": y[:8], "unlabeled_data": x, **options}
    with pytest.raises(KeyboardInterrupt):
        model.fit(callbacks=[PhaseCosineDecay(3), Stop()], **data)
    assert float(model.optimizer.learning_rate) < RATE
    rates = Rates()
    model.fit(callbacks=[PhaseCosineDecay(3), rates], **data)
    np.testing.assert_allclose(rates.rates, cosine(6), rtol=1e-5)


@pytest.mark.parametrize("epochs", [(), (0,), (1, 2, 3)])
def test_refuses_numbers_that_are_no_phases(epochs):
    with pytest.raises(ValueError, match="Expected the epochs of one phase"):
        PhaseCosineDecay(*epochs)

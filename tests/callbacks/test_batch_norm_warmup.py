import keras
import numpy as np
import pytest
from keras import ops

from keras_ssl import SemiSupervisedModel
from keras_ssl.callbacks import BatchNormWarmup
from keras_ssl.callbacks import PhaseSwitch

pytestmark = pytest.mark.eager

LOGITS = keras.losses.SparseCategoricalCrossentropy(from_logits=True)


@pytest.fixture
def model(network):
    model = SemiSupervisedModel(network(), strong="cutout", weak=None)
    model.compile(keras.optimizers.SGD(0.05), LOGITS)
    return model


def fit(model, digits8, *callbacks, **arguments):
    x, y = digits8
    arguments = {
        "epochs": 1,
        "steps_per_epoch": 1,
        "verbose": 0,
        "validation_data": (x[64:], y[64:]),
        **arguments,
    }
    return model.fit(
        x[:32], y[:32], unlabeled_data=x, callbacks=list(callbacks), **arguments
    )


def moments(model, images):
    """Moments of what reaches the network's only BatchNorm layer."""
    convolved = model.network.layers[0](ops.convert_to_tensor(images))
    convolved = ops.convert_to_numpy(convolved)
    return convolved.mean((0, 1, 2)), convolved.var((0, 1, 2))


class Look(keras.callbacks.Callback):
    """Notes the state when the first epoch begins."""

    def on_epoch_begin(self, epoch, logs=None):
        if epoch == 0:
            layer = self.model.network.layers[1]
            self.mean = ops.convert_to_numpy(layer.moving_mean)
            self.variance = ops.convert_to_numpy(layer.moving_variance)
            self.steps = int(self.model.step)
            self.rate = float(self.model.optimizer.learning_rate)
            self.averages = [
                ops.convert_to_numpy(a) for a in self.model.averaged.averages
            ]
            self.moments = self.model_moments()

    def model_moments(self):
        return moments(self.model, self.images)


def look(images):
    callback = Look()
    callback.images = images
    return callback


@pytest.mark.core
def test_statistics_are_those_of_the_clean_images(model, digits8):
    x, _ = digits8
    after = look(x)
    fit(model, digits8, BatchNormWarmup(steps=0, num_images=128), after)
    mean, variance = after.moments
    np.testing.assert_allclose(after.mean, mean, atol=0.005)
    np.testing.assert_allclose(after.variance, variance, rtol=0.05)
    assert after.steps == 0


@pytest.mark.core
def test_warm_up_steps_train_and_leave_the_users_rate(model, digits8):
    x, _ = digits8
    before = [ops.convert_to_numpy(w) for w in model.network.weights]
    rates = []

    class Rates(BatchNormWarmup):
        def _refresh(self, num_images):
            rates.append(float(self.model.optimizer.learning_rate))
            return super()._refresh(num_images)

    after = look(x)
    fit(model, digits8, Rates(steps=4), after)
    assert after.steps == 4
    np.testing.assert_allclose(after.rate, 0.05, rtol=1e-6)
    assert len(rates) == 2
    assert np.abs(before[0] - after.averages[0]).max() > 0
    mean, variance = after.moments
    np.testing.assert_allclose(after.mean, mean, atol=0.005)


@pytest.mark.core
def test_an_interruption_leaves_the_users_rate(model, digits8):
    calls = []
    model.make_train_function()
    step = model.train_function

    def interrupted(*arguments):
        calls.append(step(*arguments))
        if len(calls) == 3:
            raise KeyboardInterrupt
        return calls[-1]

    model.train_function = interrupted
    with pytest.raises(KeyboardInterrupt):
        fit(model, digits8, BatchNormWarmup(steps=5))
    if hasattr(model, "jax_state_sync"):
        model.jax_state_sync()
    assert float(model.optimizer.learning_rate) == pytest.approx(0.05)


def test_the_learning_rate_rises_linearly(model, digits8):
    seen = []
    original = model.train_on_batch

    def train_on_batch(*args, **kwargs):
        seen.append(float(model.optimizer.learning_rate))
        return original(*args, **kwargs)

    model.train_on_batch = train_on_batch
    fit(model, digits8, BatchNormWarmup(steps=5))
    np.testing.assert_allclose(seen, [0.01, 0.02, 0.03, 0.04, 0.05], rtol=1e-5)


@pytest.mark.core
def test_it_warms_up_before_each_phase_and_at_no_other_epoch(
    model, digits8, capsys
):
    fit(
        model,
        digits8,
        BatchNormWarmup(steps=2),
        PhaseSwitch(epoch=2, patience=None, verbose=0),
        epochs=4,
    )
    printed = capsys.readouterr().out
    assert printed.count("BatchNormWarmup") == 2
    assert "supervised phase: statistics of 2 variables" in printed
    assert "semi-supervised phase: statistics of 2 variables" in printed
    assert "as it should be" in printed


@pytest.mark.core
def test_lagging_statistics_are_cured(network, digits8):
    losses = []
    for callbacks in ([], [BatchNormWarmup(steps=10, verbose=0)]):
        keras.utils.set_random_seed(0)
        model = SemiSupervisedModel(
            network(), "fixmatch", strong="cutout", ema=None
        )
        model.compile(keras.optimizers.Adam(0.01), LOGITS)
        history = fit(model, digits8, *callbacks, steps_per_epoch=2)
        losses.append(history.history["val_loss"][0])
    assert losses[1] < losses[0]


def test_frozen_layers_are_left_alone(network, digits8):
    inner = network()
    inner.layers[1].trainable = False
    model = SemiSupervisedModel(inner, strong="cutout")
    model.compile(keras.optimizers.SGD(0.05), LOGITS)
    fit(model, digits8, BatchNormWarmup(steps=2, verbose=0))
    mean = ops.convert_to_numpy(inner.layers[1].moving_mean)
    assert mean.tolist() == [0.0] * 8


def test_a_bad_check_is_said_and_repaired(model, digits8, capsys):
    class Spoiled(BatchNormWarmup):
        spoiled = False

        def _refresh(self, num_images):
            count = super()._refresh(num_images)
            if not self.spoiled:
                self.spoiled = True
                self.model.network.layers[1].moving_variance.assign([1e-6] * 8)
                self.model.network.layers[1].moving_mean.assign([-50.0] * 8)
                self.model.restart_average()
            return count

    after = look(digits8[0])
    fit(model, digits8, Spoiled(steps=0), after)
    printed = capsys.readouterr().out
    assert "too far apart" in printed
    assert "repaired" in printed
    np.testing.assert_allclose(after.mean, after.moments[0], atol=0.01)


def test_before_every_evaluation(model, digits8):
    x, y = digits8
    model.train_on_batch(((x[:16], y[:16]), x))
    before = [ops.convert_to_numpy(v) for v in model.network.variables]
    model.evaluate(
        x, y, verbose=0, callbacks=[BatchNormWarmup(when="evaluate", images=x)]
    )
    for a, b in zip(before, model.network.variables, strict=True):
        np.testing.assert_array_equal(a, ops.convert_to_numpy(b))
    _, kernel = model.evaluation_weights()[0]
    convolved = ops.convert_to_numpy(
        ops.conv(ops.convert_to_tensor(x), kernel, padding="same")
    )
    values = {v.path: value for v, value in model.evaluation_weights()}
    mean = next(v for p, v in values.items() if p.endswith("moving_mean"))
    np.testing.assert_allclose(
        ops.convert_to_numpy(mean), convolved.mean((0, 1, 2)), rtol=1e-3
    )


def test_evaluation_outside_of_fit_needs_images(model, digits8):
    x, y = digits8
    model.train_on_batch(((x[:16], y[:16]), x))
    with pytest.raises(ValueError, match="images="):
        model.evaluate(
            x, y, verbose=0, callbacks=[BatchNormWarmup(when="evaluate")]
        )


@pytest.mark.parametrize(
    "wrong", [{"when": "always"}, {"steps": -1}, {"num_images": 0}]
)
def test_wrong_arguments(wrong):
    with pytest.raises(ValueError, match="Received"):
        BatchNormWarmup(**wrong)

import keras
import numpy as np
import pytest

from keras_ssl import SemiSupervisedModel
from keras_ssl.callbacks.batch_size_finder import BatchSizeFinder
from tests.utils.states import assert_close
from tests.utils.states import assert_same_history
from tests.utils.states import state

LOGITS = keras.losses.SparseCategoricalCrossentropy(from_logits=True)
SEARCH = {"max_batch_size": 16, "min_steps": 1, "rounds": 1}


def build(network, optimizer="adam"):
    keras.utils.set_random_seed(3)
    layers = [keras.Input((8, 8, 1)), keras.layers.Dropout(0.1), network()]
    model = SemiSupervisedModel(
        keras.Sequential(layers), "fixmatch", weak=None, strong="cutout"
    )
    model.compile(optimizer, LOGITS, metrics=["accuracy"])
    return model


class Sizes(keras.callbacks.Callback):
    """Notes how many steps an epoch has."""

    def on_epoch_begin(self, epoch, logs=None):
        self.steps = self.params["steps"]


def fit(model, digits8, *callbacks, **arguments):
    x, y = digits8
    arguments = {"epochs": 2, "batch_size": 8, **arguments}
    return model.fit(
        x[:32],
        y[:32],
        unlabeled_data=x,
        unlabeled_ratio=2,
        validation_data=(x[64:], y[64:]),
        callbacks=list(callbacks),
        verbose=0,
        **arguments,
    ).history


@pytest.fixture
def fastest(monkeypatch):
    """Makes a batch size the fastest, so that no clock decides."""

    def set_fastest(size):
        rates = "keras_ssl.finders.batch_probe.BatchProbe.rate"
        speed = {size: 100.0}

        def rate(self, size):
            self._step(size)
            return speed.get(size, 10.0)

        monkeypatch.setattr(rates, rate)

    return set_fastest


@pytest.mark.core
def test_but_for_the_batch_size_training_is_the_same(fastest, network, digits8):
    fastest(16)
    results = []
    for finders in ([BatchSizeFinder(verbose=0, **SEARCH)], []):
        model = build(network)
        arguments = {"batch_size": 32 if finders else 16}
        history = fit(model, digits8, *finders, **arguments)
        results.append((history, state(model), np.random.rand()))
    assert_same_history(results[0][0], results[1][0])
    assert_close(results[0][1], results[1][1])
    assert results[0][2] == results[1][2]


@pytest.mark.core
def test_training_takes_the_batch_size_and_says_so(
    fastest, network, digits8, capsys
):
    fastest(16)
    finder, sizes = BatchSizeFinder(**SEARCH), Sizes()
    model = build(network)
    fit(model, digits8, sizes, finder)
    assert finder.result.batch_size == 16
    # 128 unlabeled and 32 labeled images, 32 in a step
    assert sizes.steps == 5
    lines = capsys.readouterr().out.splitlines()
    lines = [line for line in lines if "BatchSizeFinder" in line]
    assert len(lines) == 1
    assert "Batch size 16: 100 images per second" in lines[0]
    assert "A learning rate for 8 becomes 1.41 times as large" in lines[0]
    np.testing.assert_allclose(float(model.optimizer.learning_rate), 1e-3)
    assert finder.plot().get_xlabel() == "Batch size"


@pytest.mark.parametrize("schedule", [False, True])
def test_the_learning_rate_follows_where_asked(
    schedule, fastest, network, digits8, capsys
):
    fastest(16)
    rate = 0.01
    if schedule:
        rate = keras.optimizers.schedules.PolynomialDecay(0.01, 10**6, 0.01)
    model = build(network, keras.optimizers.SGD(rate))
    finder = BatchSizeFinder(scale_learning_rate=True, **SEARCH)
    fit(model, digits8, finder)
    np.testing.assert_allclose(float(model.optimizer.learning_rate), 0.02)
    line = "Learning rate 0.02, by the linear rule of SGD from 0.01."
    assert line in capsys.readouterr().out
    # What was scaled already is not scaled again.
    fit(model, digits8, finder)
    np.testing.assert_allclose(float(model.optimizer.learning_rate), 0.02)


def test_the_validation_split_is_left_out(fastest, network, digits8):
    fastest(8)
    x, y = digits8
    model, finder = build(network), BatchSizeFinder(verbose=0, min_steps=1)
    model.phase = "supervised"
    model.fit(
        x[:32], y[:32], validation_split=0.75, callbacks=[finder], verbose=0
    )
    assert "8 labeled images" in finder.result.reason


def test_an_epoch_of_given_length_has_steps_enough(fastest, network, digits8):
    fastest(16)
    finder = BatchSizeFinder(verbose=0, rounds=1, max_batch_size=16)
    fit(build(network), digits8, finder)
    assert finder.result.batch_size < 8
    fit(build(network), digits8, finder, steps_per_epoch=2, epochs=1)
    assert finder.result.batch_size == 16


def test_a_model_that_does_not_ask(network, digits8):
    model = network()
    model.compile("adam", LOGITS)
    with pytest.raises(ValueError, match="Expected a `SemiSupervisedModel`"):
        model.fit(*digits8, callbacks=[BatchSizeFinder()], verbose=0)


def test_data_in_batches(network, digits8):
    x, y = digits8
    zipped = [((x[:8], y[:8]), x[:16])]
    with pytest.raises(
        TypeError, match="labeled data have the wrong form|a list of batches"
    ):
        build(network).fit(zipped, callbacks=[BatchSizeFinder()])


def test_arguments_are_checked_at_once():
    with pytest.raises(ValueError, match="Received: margin=2"):
        BatchSizeFinder(margin=2)
    with pytest.raises(ValueError, match="has not searched"):
        BatchSizeFinder().plot()

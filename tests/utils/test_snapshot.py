import random

import keras
import numpy as np
import pytest
from keras import ops

from keras_ssl import SemiSupervisedModel
from keras_ssl.utils.snapshot import build_optimizer
from keras_ssl.utils.snapshot import preserved
from keras_ssl.utils.snapshot import preserved_random_state
from tests.backends import once
from tests.utils.states import assert_close
from tests.utils.states import assert_equal
from tests.utils.states import differ
from tests.utils.states import state

pytestmark = [pytest.mark.core, pytest.mark.eager]
LOGITS = keras.losses.SparseCategoricalCrossentropy(from_logits=True)


@pytest.fixture
def model(network, digits8):
    """A model with dropout, averages, a method's state, metrics and momenta."""
    layers = [network(), keras.layers.Dropout(0.5)]
    model = SemiSupervisedModel(
        keras.Sequential([keras.Input((8, 8, 1)), *layers]),
        "freematch",
        strong="cutout",
    )
    model.compile(keras.optimizers.Adam(0.01), LOGITS, metrics=["accuracy"])
    x, y = digits8
    model.prepare(element(digits8, 0))
    return model


def element(digits8, place):
    x, y = digits8
    rows = slice(8 * place, 8 * place + 8)
    return {"labeled": x[rows], "unlabeled": x[64:80]}, y[rows]


def train(model, digits8, steps):
    for step in range(steps):
        x, y = element(digits8, step)
        model.train_on_batch(x, y)


def test_everything_is_as_before(model, digits8):
    train(model, digits8, 2)
    model.stop_training = False
    model.callback_state["kept"] = np.ones(3)
    before = state(model)
    with preserved(model):
        train(model, digits8, 3)
        assert differ(before, state(model)) > 20
        model.optimizer.learning_rate = 3.0
        model.phase = "supervised"
        train(model, digits8, 1)
        model.stop_training = True
        model.callback_state.clear()
        model.callback_state["new"] = 1
    assert_equal(before, state(model))
    assert model.stop_training is False
    assert list(model.callback_state) == ["kept"]
    assert not hasattr(model, "history")


def test_training_goes_on_as_if_nothing_had_been(model, digits8):
    train(model, digits8, 1)
    with preserved(model) as snapshot:
        train(model, digits8, 3)
        straight = state(model)
        snapshot.restore()
        train(model, digits8, 2)
    train(model, digits8, 3)
    assert_close(straight, state(model))


@once
@pytest.mark.parametrize("error", [RuntimeError, KeyboardInterrupt])
def test_also_after_an_error(error, model, digits8):
    train(model, digits8, 1)
    before = state(model)

    @preserved(model)
    def fail():
        train(model, digits8, 2)
        raise error

    with pytest.raises(error):
        fail()
    assert_equal(before, state(model))


def test_also_in_the_middle_of_a_step(model, digits8):
    # On JAX the step has been given the buffers of all variables by then.
    train(model, digits8, 2)
    before = state(model)
    step = model.train_function

    def interrupted(*args):
        step(*args)
        raise KeyboardInterrupt

    model.train_function = interrupted
    inside = preserved(model)
    with pytest.raises(KeyboardInterrupt), inside:
        train(model, digits8, 1)
    model.train_function = step
    if hasattr(model, "jax_state_sync"):
        model.jax_state_sync()  # as `fit` does when it is interrupted
    assert_equal(before, state(model))
    train(model, digits8, 1)


def test_the_optimizer_is_built_as_the_first_step_builds_it(model, digits8):
    model.optimizer = keras.optimizers.SGD(0.1, momentum=0.9)
    with preserved(model):
        assert model.optimizer.built
        train(model, digits8, 1)
    assert int(model.optimizer.iterations) == 0
    assert all(
        not ops.convert_to_numpy(v).any()
        for v in model.optimizer.variables
        if v is not model.optimizer.learning_rate
    )


def test_a_plain_model_and_its_history(digits8, network):
    model = network()
    model.compile("sgd", LOGITS, metrics=["accuracy"])
    x, y = digits8
    history = model.fit(x, y, verbose=0)
    before = state(model)
    with preserved(model):
        model.fit(x, y, verbose=0)
    assert model.history is history
    assert_equal(before, state(model))


def test_random_states():
    def draw():
        return random.random(), np.random.rand()

    with preserved_random_state():
        first = draw()
    assert draw() == first
    assert draw() != first


def test_what_cannot_be_preserved(network):
    with pytest.raises(ValueError, match="Received.*not compiled.*Call"):
        build_optimizer(network())
    model = keras.Sequential([keras.layers.Dense(1)])
    model.compile("sgd", "mse")
    with pytest.raises(ValueError, match="Received.*not built.*Call it"):
        build_optimizer(model)

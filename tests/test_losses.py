import inspect
import pickle

import keras
import numpy as np
import pytest
from keras import ops

from keras_ssl import losses
from keras_ssl.methods import METHODS
from keras_ssl.methods import FixMatch
from keras_ssl.methods import FreeMatch
from keras_ssl.methods import Method
from keras_ssl.methods import SoftMatch
from keras_ssl.methods.method import SIZES
from keras_ssl.pure import state_of

pytestmark = pytest.mark.core

TENSORFLOW = keras.backend.backend() == "tensorflow"
IMAGES, CLASSES, STEPS = 12, 4, 3
LOSSES = {n: getattr(losses, n) for n in sorted(METHODS) if hasattr(losses, n)}


@pytest.fixture(params=LOSSES)
def name(request):
    return request.param


def constants(name):
    """What the method cannot do without."""
    known = inspect.signature(METHODS[name]).parameters
    return {size: IMAGES for size in SIZES if size in known}


def one_input(name, random):
    if name.endswith("index"):
        return random.permutation(IMAGES).astype("int32")
    if name == "labels":
        return np.eye(CLASSES, dtype="float32")[np.arange(IMAGES) % CLASSES]
    # Classes are as frequent as in the labels, roughly.
    leaning = 4 * np.eye(CLASSES)[np.arange(IMAGES) % CLASSES]
    logits = leaning + random.normal(0, 2, (IMAGES, CLASSES))
    return logits.astype("float32")


def some_inputs(name, seed):
    random = np.random.default_rng(seed)
    names = list(inspect.signature(METHODS[name].call).parameters)[1:]
    return [one_input(each, random) for each in names]


def is_stateful(name):
    return "state" in inspect.signature(LOSSES[name]).parameters


def with_state(name):
    """The function with state in and out, whether it has one or not."""
    if is_stateful(name):
        return lambda state, *inputs: LOSSES[name](
            *inputs, **constants(name), state=state
        )
    return lambda state, *inputs: (LOSSES[name](*inputs, **constants(name)), {})


def compiled(function, xla):
    if TENSORFLOW:
        import tensorflow as tf

        return tf.function(function, jit_compile=xla)
    import jax

    return jax.jit(function)


def close(tensor, expected):
    np.testing.assert_allclose(
        ops.convert_to_numpy(tensor), ops.convert_to_numpy(expected), rtol=1e-5
    )


def assert_same(state, expected):
    assert set(state) == set(expected)
    for key, value in state.items():
        assert ops.dtype(value) == ops.dtype(expected[key])
        close(value, expected[key])


def test_every_method_that_can_be_is_a_function():
    for name, kind in METHODS.items():
        method = kind(**constants(name))
        method.build_for(CLASSES, num_features=6)
        pure = not method.trainable_variables and kind.mix is None
        assert (name in LOSSES) == pure, name


def test_it_is_the_method_itself_over_several_steps(name):
    method = METHODS[name](**constants(name))
    function, state = with_state(name), None
    for step in range(STEPS):
        inputs = some_inputs(name, step)
        loss, state = function(state, *inputs)
        close(loss, method(*inputs))
        assert_same(state, state_of(method))
    assert len(method.weights) == len(state)
    assert bool(state) == is_stateful(name)


@pytest.mark.parametrize("xla", [False, True] if TENSORFLOW else [True])
def test_compiled_it_is_the_same(name, xla):
    function = with_state(name)
    faster = compiled(function, xla)
    state = again = None
    for step in range(STEPS):
        inputs = some_inputs(name, step)
        loss, state = function(state, *inputs)
        compiled_loss, again = faster(again, *inputs)
        close(compiled_loss, loss)
        assert_same(again, state)


def gradients(function, state, inputs):
    """By each of the inputs; `None` or zeros where there is none."""
    floats = [i for i, x in enumerate(inputs) if x.dtype == "float32"]

    def loss(*chosen):
        given = list(inputs)
        for place, tensor in zip(floats, chosen, strict=True):
            given[place] = tensor
        return function(state, *given)[0]

    chosen = [ops.convert_to_tensor(inputs[i]) for i in floats]
    if not TENSORFLOW:
        import jax

        return jax.grad(loss, argnums=tuple(range(len(chosen))))(*chosen)
    import tensorflow as tf

    with tf.GradientTape() as tape:
        tape.watch(chosen)
        value = loss(*chosen)
    return tape.gradient(value, chosen)


def test_from_a_given_state_loss_and_gradient_are_those_of_the_method(name):
    method = METHODS[name](**constants(name))
    method.build_for(CLASSES, None)
    state = {
        key: ops.cast(ops.cast(variable, "float32") + 0.02, variable.dtype)
        for key, variable in state_of(method).items()
    }
    for key, variable in state_of(method).items():
        variable.assign(state[key])
    function, inputs = with_state(name), some_inputs(name, 0)
    found = gradients(function, state, inputs)
    expected = gradients(lambda _, *x: (method(*x), None), None, inputs)
    flows = False
    for ours, theirs in zip(found, expected, strict=True):
        assert (ours is None) == (theirs is None)
        if ours is not None:
            np.testing.assert_allclose(ours, theirs, rtol=1e-4, atol=1e-7)
            flows = flows or np.any(ours)
    assert flows


def test_constants_are_those_of_the_method():
    weak, strong = some_inputs("fixmatch", 0)
    expected = FixMatch(threshold=0.6)(weak, strong)
    close(losses.fixmatch(weak, strong, threshold=0.6), expected)
    close(losses.fixmatch(strong=strong, weak=weak, threshold=0.6), expected)
    assert float(losses.fixmatch(weak, strong, threshold=1.01)) == 0.0
    with pytest.raises(ValueError, match="Received: threshold=3"):
        losses.fixmatch(weak, strong, threshold=3)


def test_the_signature_shows_views_then_constants_then_state(name):
    function, kind = LOSSES[name], METHODS[name]
    parameters = inspect.signature(function).parameters
    views = list(inspect.signature(kind.call).parameters)[1:]
    expected = inspect.signature(kind).parameters
    assert list(parameters)[: len(views)] == views
    for each in list(parameters.values())[len(views) :]:
        assert each.kind is each.KEYWORD_ONLY
        assert each.name == "state" or each == expected[each.name].replace(
            kind=each.KEYWORD_ONLY
        )
    assert function.__name__ == name
    assert pickle.loads(pickle.dumps(function)) is function


@pytest.mark.parametrize(
    ("inputs", "keywords", "message"),
    [
        (1, {}, "missing a required argument: 'strong'"),
        (3, {}, "too many positional"),
        (2, {"treshold": 1}, "unexpected keyword argument 'treshold'"),
        (2, {"state": {}}, "unexpected keyword argument 'state'"),
    ],
)
def test_arguments_that_do_not_fit_are_refused(inputs, keywords, message):
    logits = some_inputs("fixmatch", 0)[0]
    with pytest.raises(TypeError, match=message):
        losses.fixmatch(*[logits] * inputs, **keywords)


class Odd(Method):
    """Takes features, and some inputs only where they are given."""

    def call(self, weak_features, weak, index=None, labels=None):
        loss = ops.sum(weak_features) * ops.sum(weak)
        return loss if index is None else -loss


def test_a_method_of_ones_own_with_inputs_that_may_be_left_out():
    features, weak = np.ones((2, 3), "float32"), np.ones((2, 5), "float32")
    odd = losses.stateless(Odd)
    assert float(odd(features, weak)) == 60.0
    assert float(odd(features, weak, index=[0, 1])) == -60.0
    assert odd.__name__ == "Odd"


@pytest.mark.parametrize("kind", [SoftMatch, FreeMatch])
def test_a_state_that_would_be_lost_is_refused(kind):
    logits = np.ones((2, 3), "float32")
    with pytest.raises(ValueError, match="Use `stateful`"):
        losses.stateless(kind)(logits, logits)

import gc
import inspect
import pickle

import keras
import numpy as np
import pytest
from keras import ops

from keras_ssl import losses
from keras_ssl.losses import pure_call
from keras_ssl.losses import state_of
from keras_ssl.methods import METHODS
from keras_ssl.methods import FixMatch
from keras_ssl.methods import FreeMatch
from keras_ssl.methods import Method
from keras_ssl.methods import SoftMatch
from keras_ssl.methods.method import SIZES
from tests.backends import JAX
from tests.backends import TENSORFLOW
from tests.backends import TORCH

pytestmark = pytest.mark.core

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
    method = METHODS[name](**constants(name))
    method.build_for(CLASSES, num_features=None)
    return bool(state_of(method))


def with_state(name):
    """The function with state in and out, whether it has one or not."""
    if is_stateful(name):
        return lambda state, *inputs: LOSSES[name](
            *inputs, **constants(name), state=state
        )
    return lambda state, *inputs: (LOSSES[name](*inputs, **constants(name)), {})


def compiled(function, xla=None):
    if TENSORFLOW:
        import tensorflow as tf

        return tf.function(function, jit_compile=xla)
    if TORCH:  # runs eagerly
        return function
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
    if TORCH:
        import torch

        for tensor in chosen:
            tensor.requires_grad_()
        return torch.autograd.grad(loss(*chosen), chosen, allow_unused=True)
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
            flows = flows or bool(ops.any(ours))
    assert flows


def test_constants_are_those_of_the_method():
    weak, strong = some_inputs("fixmatch", 0)
    expected = FixMatch(threshold=0.6)(weak, strong)
    close(losses.fixmatch(weak, strong, threshold=0.6), expected)
    close(losses.fixmatch(strong=strong, weak=weak, threshold=0.6), expected)
    assert float(losses.fixmatch(weak, strong, threshold=1.01)) == 0.0
    with pytest.raises(ValueError, match="Received: threshold=3"):
        losses.fixmatch(weak, strong, threshold=3)


def test_it_can_be_named_helped_with_and_pickled(name):
    function = LOSSES[name]
    assert function.__name__ == name
    assert METHODS[name].__name__ in function.__doc__
    assert pickle.loads(pickle.dumps(function)) is function


@pytest.mark.parametrize(
    ("inputs", "keywords", "message"),
    [
        (1, {}, "1 view.s., and .. by name. Expected .'weak', 'strong'"),
        (5, {}, "5 view.s.*SoftMatch, in this order"),
        (2, {"treshold": 1}, "the arguments .'treshold'. for SoftMatch"),
        (2, {"labeled": 1}, "Received: .'weak', 'strong', 'labeled'"),
    ],
)
def test_arguments_that_do_not_fit_are_refused(inputs, keywords, message):
    logits = some_inputs("softmatch", 0)[0]
    with pytest.raises((TypeError, ValueError), match=message):
        losses.softmatch(*[logits] * inputs, **keywords)


@pytest.mark.parametrize(
    ("weak", "strong", "message"),
    [
        ((4, 3), (4, 2), "weak with 3 classes, and strong with 2"),
        ((4, 3), (2, 3), "weak with 4 images, and strong with 2"),
        ((4,), (4,), r"weak of shape \(4,\). Expected \(n, num_classes\)"),
    ],
)
@pytest.mark.parametrize("name", ["fixmatch", "softmatch", "uda"])
def test_shapes_that_do_not_fit_are_refused(name, weak, strong, message):
    with pytest.raises(ValueError, match=f"Received: {message}"):
        LOSSES[name](np.zeros(weak), np.zeros(strong))


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


def logits(seed=0, classes=4, count=12):
    random = np.random.default_rng(seed)
    weak, strong = random.normal(0, 4, (2, count, classes)).astype("float32")
    return {"weak": weak, "strong": strong}


def step(kind):
    """A function of state and logits, as a user writes it."""
    return lambda state, weak, strong: pure_call(
        kind, {"weak": weak, "strong": strong}, {}, state
    )


def variables():
    gc.collect()
    return {id(x) for x in gc.get_objects() if isinstance(x, keras.Variable)}


@pytest.mark.parametrize("kind", [FixMatch, FreeMatch])
def test_no_variable_stays_behind(kind):
    before = variables()
    _, state = step(kind)(None, **logits())
    step(kind)(state, **logits())
    compiled(step(kind))(state, **logits())
    assert variables() <= before


@pytest.mark.skipif(not TENSORFLOW, reason="JAX has no such rule")
@pytest.mark.parametrize("kind", [FixMatch, FreeMatch])
def test_retraced_beside_a_scope_it_creates_no_variable(kind):
    def both(weak, strong):
        loss, _ = step(kind)(None, weak, strong)
        with keras.StatelessScope():
            pass  # as it ends, it gives a value to variables without one
        return loss

    function = compiled(both)
    for count in (4, 6, 8):
        function(**logits(count=count))


@pytest.mark.skipif(not TENSORFLOW, reason="AutoGraph is TensorFlow's")
def test_autograph_finds_nothing_that_it_cannot_translate(capfd):
    import tensorflow as tf

    tf.autograph.set_verbosity(1, alsologtostdout=True)
    compiled(step(FreeMatch))(None, **logits())
    tf.autograph.set_verbosity(0)
    output = capfd.readouterr()
    assert "could not transform" not in output.out + output.err


@pytest.mark.skipif(not JAX, reason="checks JAX's traces")
@pytest.mark.parametrize("kind", [FixMatch, FreeMatch])
def test_no_tracer_leaks(kind):
    import jax

    with jax.checking_leaks():
        _, state = jax.jit(step(kind))(None, **logits())
        loss, _ = jax.jit(step(kind))(state, **logits(1))
    assert np.isfinite(loss)


@pytest.mark.skipif(TENSORFLOW, reason="Keras' step is stateless on JAX")
def test_in_a_step_of_keras_it_is_the_same():
    def inside(weak, strong):
        with keras.StatelessScope():
            return step(FreeMatch)(None, weak, strong)[0]

    expected, _ = step(FreeMatch)(None, **logits())
    close(compiled(inside)(**logits()), expected)


def test_the_state_given_does_not_change():
    _, state = step(SoftMatch)(None, **logits())
    before = {key: np.array(value) for key, value in state.items()}
    first, after = step(SoftMatch)(state, **logits(1))
    again, _ = step(SoftMatch)(before, **logits(1))
    close(again, first)
    for key, value in state.items():
        close(value, before[key])
        assert not np.array_equal(after[key], value)


@pytest.mark.parametrize(
    ("state", "received"),
    [
        (lambda right: {"x": 0}, r"\['x'\]"),
        (lambda right: dict(list(right.items())[1:]), r"\["),
        (lambda right: {**right, "x": 0}, r"\[.*'x'"),
        (lambda right: list(right.values()), "list"),
    ],
)
def test_a_wrong_state_is_refused(state, received):
    _, right = step(SoftMatch)(None, **logits())
    with pytest.raises(ValueError, match=f"Received: state={received}") as info:
        step(SoftMatch)(state(right), **logits())
    assert f"with the keys {sorted(right)}" in str(info.value)


def test_a_state_for_other_classes_is_refused():
    _, state = step(SoftMatch)(None, **logits())
    with pytest.raises(ValueError, match="shape"):
        step(SoftMatch)(state, **logits(classes=5))


class Inside(keras.layers.Layer):
    def call(self, weak, strong):
        loss, self.state = step(SoftMatch)(None, weak, strong)
        return loss


def test_the_state_stays_in_float32_inside_a_layer_in_half_precision():
    half = {n: ops.cast(x, "float16") for n, x in logits().items()}
    layer = Inside(dtype="mixed_float16")
    layer(**half)
    _, expected = step(SoftMatch)(None, **half)
    for key, value in expected.items():
        assert ops.dtype(layer.state[key]) == "float32"
        close(layer.state[key], value)


class Table(Method):
    """Has a state of two sizes, which it only reads."""

    def build(self, weak_shape, weak_features_shape):
        self.table = self.add_weight(
            shape=(weak_features_shape[-1], weak_shape[-1]),
            initializer="ones",
            trainable=False,
            name="table",
        )

    def call(self, weak_features, weak):
        return ops.sum(ops.matmul(weak_features, self.table) * weak)


def test_sizes_of_features_and_a_state_that_is_only_read():
    inputs = {"weak_features": np.ones((2, 3)), "weak": np.ones((2, 5))}
    loss, state = pure_call(Table, inputs, {})
    assert float(loss) == 30.0
    close(state["table"], np.ones((3, 5)))
    state = {"table": 2 * state["table"]}
    loss, again = pure_call(Table, inputs, {}, state)
    assert float(loss) == 60.0
    close(again["table"], state["table"])


class Trained(Method):
    def build(self, input_shape):
        self.head = self.add_weight(shape=(input_shape[-1],), name="head")

    def call(self, weak):
        return ops.sum(weak * self.head)


def test_a_method_that_trains_weights_is_refused():
    with pytest.raises(ValueError, match="Received: Trained, which trains"):
        pure_call(Trained, {"weak": np.ones((2, 3))}, {})


def test_what_the_method_refuses_reaches_the_caller():
    with pytest.raises(ValueError, match="Received: threshold=3"):
        pure_call(FixMatch, logits(), {"threshold": 3})

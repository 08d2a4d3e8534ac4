import gc

import keras
import numpy as np
import pytest
from keras import ops

from keras_ssl.methods import FixMatch
from keras_ssl.methods import FreeMatch
from keras_ssl.methods import Method
from keras_ssl.methods import SoftMatch
from keras_ssl.pure import pure_call

pytestmark = pytest.mark.core

TENSORFLOW = keras.backend.backend() == "tensorflow"


def logits(seed=0, classes=4, count=12):
    random = np.random.default_rng(seed)
    weak, strong = random.normal(0, 4, (2, count, classes)).astype("float32")
    return {"weak": weak, "strong": strong}


def close(tensor, expected):
    np.testing.assert_allclose(
        ops.convert_to_numpy(tensor), ops.convert_to_numpy(expected), rtol=1e-5
    )


def step(kind):
    """A function of state and logits, as a user writes it."""
    return lambda state, weak, strong: pure_call(
        kind, {"weak": weak, "strong": strong}, {}, state
    )


def compiled(function):
    if TENSORFLOW:
        import tensorflow as tf

        return tf.function(function)
    import jax

    return jax.jit(function)


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


@pytest.mark.skipif(TENSORFLOW, reason="checks JAX's traces")
@pytest.mark.parametrize("kind", [FixMatch, FreeMatch])
def test_no_tracer_leaks(kind):
    import jax

    with jax.checking_leaks():
        _, state = jax.jit(step(kind))(None, **logits())
        loss, _ = jax.jit(step(kind))(state, **logits(1))
    assert np.isfinite(loss)


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

"""The contract that every method in `METHODS` keeps."""

import inspect

import keras
import numpy as np
import pytest
from keras import ops

from keras_ssl import SemiSupervisedModel
from keras_ssl import methods
from keras_ssl.methods import METHODS
from keras_ssl.methods import Method

pytestmark = pytest.mark.core


@pytest.fixture(params=sorted(METHODS))
def name(request):
    return request.param


@pytest.fixture
def views(name):
    random = np.random.default_rng(0)
    count = len(METHODS[name]().views)
    return list(random.normal(0, 3, (count, 12, 4)).astype("float32"))


def has_threshold(name):
    return "threshold" in inspect.signature(METHODS[name]).parameters


def method_at(name, threshold):
    """The method at that threshold; as it is, where it finds its own."""
    arguments = {"threshold": threshold} if has_threshold(name) else {}
    return METHODS[name](**arguments)


def another(value):
    """A value that differs from a default, and is allowed where that is."""
    if isinstance(value, bool):
        return not value
    if isinstance(value, tuple):
        return tuple((each + 0.5) / 2 for each in value)
    return value + 1 if value == 0 else value * 0.5


def test_name_class_instance_and_config_give_the_same(name):
    kind = METHODS[name]
    config = keras.saving.serialize_keras_object(kind())
    for identifier in (name, kind, kind(), config):
        assert type(methods.get(identifier)) is kind


def test_every_argument_is_in_the_config(name):
    kind = METHODS[name]
    arguments = [
        parameter.name
        for parameter in inspect.signature(kind.__init__).parameters.values()
        if parameter.kind is parameter.POSITIONAL_OR_KEYWORD
    ][1:]
    changed = {}
    for argument in arguments:
        default = inspect.signature(kind).parameters[argument].default
        changed[argument] = another(default)
    method = kind(**changed)
    again = kind.from_config(method.get_config())
    for argument, value in changed.items():
        assert method.get_config()[argument] == value
        assert getattr(again, argument) == value


def test_a_method_fits_on_one_screen(name):
    assert len(inspect.getsource(METHODS[name]).splitlines()) <= 60


def test_the_loss_is_a_finite_scalar_in_float32(name, views):
    half = [ops.cast(view, "float16") for view in views]
    loss = METHODS[name]()(*half)
    assert loss.shape == ()
    assert loss.dtype == "float32" or "float32" in str(loss.dtype)
    assert np.isfinite(float(loss))


def test_order_does_not_matter(name, views):
    order = np.random.default_rng(1).permutation(12)
    loss = method_at(name, 0.6)(*views)
    shuffled = method_at(name, 0.6)(*[v[order] for v in views])
    np.testing.assert_allclose(float(loss), float(shuffled), rtol=1e-5)


def test_a_threshold_above_one_lets_nothing_pass(name, views):
    if not has_threshold(name):
        pytest.skip("finds its own threshold")
    method = METHODS[name](threshold=1.01)
    assert float(method(*views)) == 0.0
    assert float(method.mask_ratio.result()) == 0.0


@pytest.mark.skipif(
    keras.backend.backend() != "tensorflow", reason="takes TF's gradients"
)
def test_targets_get_no_gradient_and_the_others_do(name, views):
    import tensorflow as tf

    method = method_at(name, 0.5)
    tensors = [tf.constant(view) for view in views]
    with tf.GradientTape() as tape:
        tape.watch(tensors)
        loss = method(*tensors)
    gradients = tape.gradient(loss, tensors)
    for view, gradient in zip(method.views, gradients, strict=True):
        is_target = view in method.targets
        assert (gradient is None or not np.any(gradient)) == is_target


def compiled(network, name):
    model = SemiSupervisedModel(network, method_at(name, 0.3), strong="cutout")
    model.compile(
        keras.optimizers.SGD(0.1),
        keras.losses.SparseCategoricalCrossentropy(from_logits=True),
    )
    return model


@pytest.mark.parametrize(
    "policy", ["float32", "mixed_float16", "mixed_bfloat16"]
)
def test_it_trains_saves_and_resumes_to_the_same_numbers(
    name, policy, network, digits8, tmp_path
):
    keras.config.set_dtype_policy(policy)
    x, y = digits8
    model = compiled(network(), name)
    batch = ((x[:8], y[:8]), x[8:32])
    model.train_on_batch(batch)
    model.save(tmp_path / "model.keras")
    loaded = keras.saving.load_model(tmp_path / "model.keras")
    for _ in range(2):
        logs = model.train_on_batch(batch, return_dict=True)
        again = loaded.train_on_batch(batch, return_dict=True)
        assert logs["unlabeled_loss"] > 0
        assert np.isfinite(logs["loss"])
        for key, value in logs.items():
            np.testing.assert_allclose(again[key], value, rtol=1e-4)
    for a, b in zip(model.variables, loaded.variables, strict=True):
        np.testing.assert_allclose(
            ops.convert_to_numpy(ops.cast(a, "float32")),
            ops.convert_to_numpy(ops.cast(b, "float32")),
            rtol=1e-4,
            atol=1e-5,
        )


def test_its_state_loads_into_a_fresh_model(name, network, digits8, tmp_path):
    x, y = digits8
    model = compiled(network(), name)
    model.train_on_batch(((x[:8], y[:8]), x[8:32]))
    model.save_weights(tmp_path / "model.weights.h5")
    fresh = compiled(network(), name)
    fresh.load_weights(tmp_path / "model.weights.h5")
    state, again = model.method.variables, fresh.method.variables
    for a, b in zip(state, again, strict=True):
        np.testing.assert_array_equal(
            ops.convert_to_numpy(a), ops.convert_to_numpy(b)
        )


def test_an_unknown_name_suggests_the_nearest():
    with pytest.raises(ValueError, match="Did you mean 'fixmatch'"):
        methods.get("fixmach")


def test_what_is_no_method_is_refused():
    with pytest.raises(TypeError, match="Expected a Method"):
        methods.get(3)


def test_views_are_the_parameters_of_call():
    class Three(Method):
        def call(self, weak, strong, other):
            return ops.zeros(())

    assert Three().views == ("weak", "strong", "other")

"""The contract that every method in `METHODS` keeps."""

import ast
import inspect
import json

import keras
import numpy as np
import pytest
from keras import ops

from keras_ssl import SemiSupervisedModel
from keras_ssl import methods
from keras_ssl.methods import METHODS
from tests.backends import SLOW_ON_JAX
from tests.backends import TENSORFLOW
from tests.backends import once
from tests.methods import inputs
from tests.methods.inputs import create
from tests.methods.inputs import draw
from tests.methods.inputs import takes

pytestmark = [pytest.mark.core, pytest.mark.eager]
# The default, the simplest, one that mixes and one that has features.
REPRESENTATIVE = {"aligned_softmatch", "fixmatch", "remixmatch", "comatch"}


@pytest.fixture(params=sorted(METHODS))
def name(request):
    return request.param


def others(marks):
    """All methods, but those that another represents are marked."""
    return pytest.mark.parametrize(
        "name",
        [
            pytest.param(n, marks=() if n in REPRESENTATIVE else marks)
            for n in sorted(METHODS)
        ],
    )


def passing(name):
    """The method with a threshold that some of the images pass."""
    return create(
        name, **({"threshold": 0.5} if takes(name, "threshold") else {})
    )


def another(value):
    """A value that differs from a default, and is allowed where that is."""
    if isinstance(value, bool):
        return not value
    if isinstance(value, tuple):
        return tuple((each + 0.5) / 2 for each in value)
    if isinstance(value, str):
        return "labeled" if value == "uniform" else "uniform"
    if isinstance(value, int):
        return value + 1
    return {None: 3, 0.0: 1.0}.get(value, value and value * 0.5)


# By hand


def test_name_class_instance_and_config_give_the_same(name):
    kind = METHODS[name]
    config = keras.saving.serialize_keras_object(kind())
    for identifier in (name, kind, kind(), config):
        assert type(methods.get(identifier)) is kind


def test_every_argument_is_in_the_config(name):
    kind = METHODS[name]
    arguments = {
        parameter.name: another(parameter.default)
        for parameter in inspect.signature(kind).parameters.values()
        if parameter.kind is parameter.POSITIONAL_OR_KEYWORD
    }
    own = {"uda": {"annealing": "exp"}, "freematch": {"prior": "labeled"}}
    arguments.update(own.get(name, {}))
    method = kind(**arguments)
    again = kind.from_config(method.get_config())
    for argument, value in arguments.items():
        assert method.get_config()[argument] == value
        assert getattr(again, argument) == value


def test_numbers_of_numpy_are_saved_as_plain_ones(name):
    given = {
        argument: value
        for argument, value in {
            "prior": np.full(4, 0.25),
            "threshold": np.float32(0.5),
            "ramp_up_steps": np.int64(9),
        }.items()
        if takes(name, argument)
    }
    config = METHODS[name](**given).get_config()
    assert json.dumps(config)
    assert all(np.all(config[n] == v) for n, v in given.items())


def test_a_method_fits_on_one_screen(name):
    source = inspect.getsource(METHODS[name])
    for function in ast.walk(ast.parse(source)):
        document = (
            isinstance(function, ast.ClassDef | ast.FunctionDef)
            and ast.get_docstring(function, clean=False)
        ) or ""
        source = source.replace(document, "")
    assert len(source.splitlines()) <= 75


def test_the_loss_is_a_finite_scalar_in_float32(name):
    half = [
        ops.cast(x, "float16") if x.dtype == "float32" else x
        for x in draw(name).values()
    ]
    loss = create(name)(*half)
    assert loss.shape == ()
    assert "float32" in str(loss.dtype)
    assert np.isfinite(float(loss))


@once
def test_order_does_not_matter(name):
    random = np.random.default_rng(1)
    orders = {n: random.permutation(n) for n in (8, 12, 24, 36)}
    orders[20] = np.concatenate([orders[8], 8 + orders[12]])
    drawn, losses = draw(name), []
    for permuted in (False, True):
        keras.utils.set_random_seed(1)
        given = [x[orders[len(x)]] if permuted else x for x in drawn.values()]
        losses.append(float(passing(name)(*given)))
    assert losses[0] != 0
    np.testing.assert_allclose(losses[0], losses[1], rtol=1e-4)


def test_a_threshold_above_one_lets_nothing_pass(name):
    if not takes(name, "threshold") or name == "flexmatch":
        pytest.skip("finds its own threshold")
    others = {
        other: 0.0
        for other in ("contrastive_weight", "instance_weight", "mixup_weight")
        if takes(name, other)
    }
    method = create(name, threshold=1.01, **others)
    assert float(method(*draw(name).values())) == 0.0
    assert float(method.mask_ratio.result()) == 0.0


@pytest.mark.skipif(not TENSORFLOW, reason="takes TF's gradients")
def test_targets_get_no_gradient_and_the_strong_views_do(name):
    import tensorflow as tf

    method = passing(name)
    drawn = {key: tf.constant(x) for key, x in draw(name).items()}
    method(*drawn.values())
    with tf.GradientTape() as tape:
        tape.watch([x for x in drawn.values() if x.dtype.is_floating])
        loss = method(*drawn.values())
    gradients = tape.gradient(loss, drawn)
    got = {k for k, g in gradients.items() if g is not None and np.any(g)}
    given = {"mixed_target", "guess"}
    assert not got & {*method.targets, *given}
    assert not got & {f"{target}_features" for target in method.targets}
    expected = {"strong", "mixed", "strong_features"} & set(drawn)
    assert expected <= got


@pytest.mark.skipif(not TENSORFLOW, reason="JAX has no eager twin of a step")
def test_xla_compiles_the_loss(name):
    import tensorflow as tf

    drawn = list(draw(name).values())
    method = passing(name)
    method(*drawn)  # creates what it remembers
    values = [np.array(v) for v in method.variables]
    expected = float(method(*drawn))
    for variable, value in zip(method.variables, values, strict=True):
        variable.assign(value)
    compiled = tf.function(method, jit_compile=True, autograph=False)
    loss = float(compiled(*map(tf.constant, drawn)))
    assert np.isfinite(loss)
    if not hasattr(method, "seed_generator"):
        np.testing.assert_allclose(loss, expected, rtol=1e-4)


# In a model


def fitted(network, name, *, policy="float32", **arguments):
    keras.config.set_dtype_policy(policy)
    views = {"weak": "crop_and_flip", "strong": None}
    model = SemiSupervisedModel(
        network(), passing(name), **{**views, **arguments}
    )
    model.compile(
        keras.optimizers.SGD(0.1),
        keras.losses.SparseCategoricalCrossentropy(from_logits=True),
    )
    return model


def element(digits8):
    x, y = digits8
    images = {
        "labeled": x[:8],
        "unlabeled": x[8:32],
        "index": np.arange(24),
        "labeled_index": np.arange(8),
    }
    return images, y[:8]


def numbers(model):
    return [
        ops.convert_to_numpy(ops.cast(v, "float32")) for v in model.variables
    ]


@others(SLOW_ON_JAX)
def test_it_trains_saves_and_resumes_to_the_same_numbers(
    name, network, digits8, tmp_path
):
    batch = element(digits8)
    model = fitted(network, name, strong="cutout")
    model.train_on_batch(*batch)
    model.save(tmp_path / "model.keras")
    loaded = keras.saving.load_model(tmp_path / "model.keras")
    for _ in range(2):
        logs = model.train_on_batch(*batch, return_dict=True)
        again = loaded.train_on_batch(*batch, return_dict=True)
        assert logs["unlabeled_loss"] != 0
        assert np.isfinite(logs["loss"])
        assert {"mask_ratio", "confidence", "pseudo_label_entropy"} < set(logs)
        for key, value in logs.items():
            np.testing.assert_allclose(again[key], value, rtol=1e-4)
    for a, b in zip(numbers(model), numbers(loaded), strict=True):
        np.testing.assert_allclose(a, b, rtol=1e-4, atol=1e-5)
    model.save_weights(tmp_path / "model.weights.h5")
    fresh = fitted(network, name)
    fresh.load_weights(tmp_path / "model.weights.h5")
    for a, b in zip(numbers(model.method), numbers(fresh.method), strict=True):
        np.testing.assert_array_equal(a, b)


@once
@others(pytest.mark.slow)
def test_it_trains_in_half_precision(name, network, digits8):
    model = fitted(network, name, policy="mixed_float16")
    before = numbers(model.network)
    for _ in range(2):
        logs = model.train_on_batch(*element(digits8), return_dict=True)
    assert np.isfinite(logs["loss"])
    assert logs["unlabeled_loss"] != 0
    after = numbers(model.network)
    assert any((a != b).any() for a, b in zip(before, after, strict=True))


@once
@others(pytest.mark.slow)
def test_both_forward_policies_train(name, network, digits8):
    if (
        METHODS[name].mix
        and "logits" in inspect.signature(METHODS[name].mix).parameters
    ):
        with pytest.raises(ValueError, match='forward="split"'):
            fitted(network, name, forward="joint")
        return
    model = fitted(network, name, forward="joint")
    for _ in range(2):
        logs = model.train_on_batch(*element(digits8), return_dict=True)
    assert np.isfinite(logs["loss"])
    assert logs["unlabeled_loss"] != 0


def dense():
    layers = [keras.Input((8, 8, 1)), keras.layers.Flatten()]
    return keras.Sequential([*layers, keras.layers.Dense(4)])


def draws(method):
    return method.mix is not None or hasattr(method, "seed_generator")


@pytest.mark.skipif(not TENSORFLOW, reason="JAX always compiles")
@others(pytest.mark.slow)
def test_xla_changes_nothing_but_what_is_drawn(name, digits8):
    logs = []
    for jit in (False, True):
        keras.utils.set_random_seed(0)
        model = SemiSupervisedModel(
            dense(), passing(name), weak=None, strong=None
        )
        model.compile(
            keras.optimizers.SGD(0.1),
            keras.losses.SparseCategoricalCrossentropy(from_logits=True),
            jit_compile=jit,
        )
        logs.append(model.train_on_batch(*element(digits8), return_dict=True))
    for key, value in logs[0].items():
        assert np.isfinite(logs[1][key])
        if not draws(model.method):
            np.testing.assert_allclose(
                logs[1][key], value, rtol=1e-4, err_msg=key
            )


def dense_weights(method, digits8, **options):
    """Those of a network after two steps, without augmentation."""
    keras.utils.set_random_seed(0)
    model = SemiSupervisedModel(
        dense(), method, weak=None, strong=None, unlabeled_weight=0.0
    )
    model.compile(
        keras.optimizers.SGD(0.1),
        keras.losses.SparseCategoricalCrossentropy(from_logits=True),
    )
    for name, value in options.items():
        setattr(model, name, value)
    for _ in range(2):
        model.train_on_batch(*element(digits8))
    return numbers(model.network)


@pytest.fixture(scope="module")
def plain_weights():
    """Kept for all methods, as there is nothing of them in it."""
    return []


@once
def test_without_weight_it_is_plain_training(name, digits8, plain_weights):
    if passing(name).labeled_loss is not None:
        pytest.skip("has a labeled loss of its own")
    if not plain_weights:
        plain_weights += dense_weights("fixmatch", digits8, phase="supervised")
    found = dense_weights(passing(name), digits8)
    for a, b in zip(found, plain_weights, strict=True):
        # The order of a sum is that of threads.
        np.testing.assert_allclose(a, b, rtol=1e-5, atol=1e-7)


# Of all


def test_every_method_has_its_inputs_here():
    assert set(inputs.SIZES) | set(inputs.MIXED) <= set(METHODS)

import json

import keras
import numpy as np
import pytest

from keras_ssl import SemiSupervisedModel
from keras_ssl.finders.batch_size import find_batch_size
from tests.data.conftest import Batches
from tests.utils.states import assert_equal
from tests.utils.states import state

pytestmark = [
    pytest.mark.eager,
    pytest.mark.usefixtures("timed_briefly"),
]

LOGITS = keras.losses.SparseCategoricalCrossentropy(from_logits=True)
HEAD = [keras.layers.GlobalAveragePooling2D(), keras.layers.Dense(4)]
SHORT = {"max_batch_size": 16, "min_steps": 1, "rounds": 1}


def build(network, method="fixmatch", **arguments):
    model = SemiSupervisedModel(network(), method, weak=None, strong="cutout")
    model.compile("adam", LOGITS, metrics=["accuracy"], **arguments)
    return model


@pytest.mark.core
def test_real_steps(network, digits8):
    x, y = digits8
    model = build(network)
    model.train_on_batch({"labeled": x[:8], "unlabeled": x[:16]}, y[:8])
    model.phase = "supervised"
    before, function = state(model), model.train_function
    result = find_batch_size(
        model, (x[:40], y[:40]), (x, y), unlabeled_ratio=2, **SHORT
    )
    assert result.batch_size in (8, 16)
    assert list(result.images_per_second) == [8, 16]
    assert "more is not allowed by max_batch_size=16" in result.reason
    assert all(rate > 0 for rate in result.images_per_second.values())
    assert_equal(before, state(model))
    assert model.phase == "supervised"
    assert model.train_function is function


@pytest.fixture
def large(digits8):
    """A model whose steps take some MiB, and its images."""
    if keras.backend.backend() != "tensorflow":
        pytest.skip("only TensorFlow tells the peak of a step on a CPU")
    layers = [
        keras.Input((32, 32, 1)),
        keras.layers.Conv2D(32, 3, activation="relu"),
        keras.layers.GlobalAveragePooling2D(),
        keras.layers.Dense(4),
    ]
    model = keras.Sequential(layers)
    model.compile("sgd", LOGITS)
    x, y = digits8
    return model, (np.repeat(np.repeat(x, 4, 1), 4, 2), y)


def test_memory_is_measured(large):
    result = find_batch_size(*large, **SHORT)
    image = 30 * 30 * 32 * 4  # bytes of the activations
    assert result.memory[16] >= 16 * image
    assert result.memory[16] - result.memory[8] >= 8 * image
    assert result.memory_budget == 0.8 * result.memory_limit
    assert result.memory_batch_size > 16


def test_the_memory_limit_of_the_user(large):
    peak = find_batch_size(*large, **SHORT).memory[8]
    result = find_batch_size(*large, memory_limit=1.19 * peak, **SHORT)
    assert result.batch_size < 8
    assert f"{2 * result.batch_size} takes" in result.reason


def test_a_plain_model_that_is_not_built(digits8):
    x, y = digits8
    model = keras.Sequential([keras.layers.Flatten(), keras.layers.Dense(4)])
    model.compile("sgd", LOGITS)
    weights = np.ones(128, "float32")
    result = find_batch_size(model, (x, y, weights), **SHORT)
    assert list(result.images_per_second) == [8, 16]
    assert int(model.optimizer.iterations) == 0
    assert result.scaling.rule == "linear"


def test_the_semi_supervised_step_is_measured(network, digits8):
    x, y = digits8
    model = build(network)
    model.phase = "supervised"
    phases = []
    step = model.train_on_batch
    model.train_on_batch = lambda *args, **kwargs: (
        phases.append(model.phase),
        step(*args, **kwargs),
    )
    find_batch_size(model, (x, y), x, **{**SHORT, "max_batch_size": 8})
    assert set(phases) == {"semi-supervised"}


def test_a_method_with_a_memory_of_all_images(network, digits8):
    x, y = digits8
    model = build(network, "simmatch")
    find_batch_size(
        model, (x[:32], y[:32]), x, **{**SHORT, "max_batch_size": 8}
    )
    history = model.fit(
        x[:32], y[:32], unlabeled_data=x, batch_size=8, verbose=0
    )
    assert np.isfinite(history.history["loss"]).all()


@pytest.mark.parametrize(
    "error",
    [pytest.param(MemoryError, marks=pytest.mark.core), KeyboardInterrupt],
)
def test_a_step_that_fails_above_a_size(error, network, digits8):
    x, y = digits8
    model = build(network)
    model.train_on_batch({"labeled": x[:8], "unlabeled": x[:16]}, y[:8])
    step, function = model.train_on_batch, model.train_function

    def fail(images, *args, **kwargs):
        step(images, *args, **kwargs)
        if len(images["labeled"]) > 8:
            raise error

    model.train_on_batch = fail
    before = state(model)
    if error is KeyboardInterrupt:
        with pytest.raises(KeyboardInterrupt):
            find_batch_size(model, (x, y), x, **SHORT)
    else:
        result = find_batch_size(model, (x, y), x, **SHORT)
        assert result.batch_size == 8
        assert "the only one tried; 16 ran out of memory." in result.reason
    assert_equal(before, state(model))
    assert model.train_function is function


def test_several_steps_an_execution(network, digits8):
    x, y = digits8
    model = build(network, steps_per_execution=2)
    result = find_batch_size(model, (x, y), x, **SHORT)
    assert result.batch_size in (8, 16)


def test_what_it_found_can_be_printed_saved_and_drawn(network, digits8):
    x, y = digits8
    result = find_batch_size(build(network), (x, y), x, **SHORT)
    printed = str(result).splitlines()
    assert printed[0] == result.reason
    assert "images per second" in printed[1]
    assert printed[-2] == str(result.scaling)
    assert json.loads(json.dumps(result.to_dict())) == result.to_dict()
    assert result.plot().get_ylabel() == "Images per second"


@pytest.mark.parametrize(
    "wrong",
    [
        {"margin": 1.0},
        {"margin": -0.1},
        {"tolerance": 1.5},
        {"rounds": 0},
        {"max_batch_size": 0},
        {"min_steps": 0},
        {"memory_limit": 0},
        {"unlabeled_ratio": 0},
        {"base_batch_size": 0},
    ],
)
def test_numbers_that_cannot_be(wrong, network, digits8):
    ((name, value),) = wrong.items()
    with pytest.raises(ValueError, match=f"Received: {name}={value}.*Leave"):
        find_batch_size(network(), digits8, **wrong)


def test_data_that_come_in_batches(network, digits8):
    x, y = digits8
    batches = Batches((x, y), 8)
    result = find_batch_size(build(network), batches, x, **SHORT)
    assert result.batch_size in (8, 16)
    with pytest.raises(TypeError, match="unlabeled data have the wrong form"):
        find_batch_size(build(network), (x, y), [[1, 2]])
    plain = network()
    plain.compile("adam", "mse")
    with pytest.raises(TypeError, match="Expected a SemiSupervisedModel"):
        find_batch_size(plain, (x, y), x)
    with pytest.raises(ValueError, match="no labeled images"):
        find_batch_size(build(network), (x[:0], y[:0]))


def test_a_model_that_is_not_compiled(network, digits8):
    with pytest.raises(ValueError, match=r"model.compile"):
        find_batch_size(network(), digits8)


def test_a_limited_search_of_small_images_begins_with_the_default(
    network, digits8
):
    x, y = digits8
    limit = {"min_steps": 1, "rounds": 1, "max_seconds": 1e-9}
    result = find_batch_size(build(network), (x, y), **limit)
    assert list(result.memory) == [result.batch_size] == [32]
    assert "the only one tried; a larger one would take" in result.reason
    large = np.zeros((32, 65, 64, 3), "float32")
    model = keras.Sequential([keras.Input(large.shape[1:]), *HEAD])
    model.compile("sgd", LOGITS)
    result = find_batch_size(model, (large, y[:32]), **limit)
    assert result.batch_size == 32
    assert "only 8 was tried" in result.reason


@pytest.mark.parametrize("wrong", ["5", float("nan"), -1.0, None])
def test_a_limit_that_is_no_number(wrong, network, digits8):
    with pytest.raises(ValueError, match=r"Return for example 60\.0"):
        find_batch_size(build(network), digits8, max_seconds=lambda _: wrong)

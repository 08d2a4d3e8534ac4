import json

import keras
import numpy as np
import pytest

from keras_ssl import SemiSupervisedModel
from keras_ssl.data import pair
from keras_ssl.data import peek
from keras_ssl.finders import find_learning_rate
from tests.data.conftest import Batches
from tests.finders.line import BATCHES
from tests.finders.line import line
from tests.utils.states import assert_close
from tests.utils.states import assert_equal
from tests.utils.states import differ
from tests.utils.states import state

LOGITS = keras.losses.SparseCategoricalCrossentropy(from_logits=True)
SHORT = {
    "min_rate": 1e-5,
    "max_rate": 1.0,
    "steps": 20,
    "repeats": 2,
    "trial_steps": 0,
}


def cut(digits8, count=8):
    x, y = digits8
    return [(x[i : i + 16], y[i : i + 16]) for i in range(0, 16 * count, 16)]


@pytest.fixture
def plain(network):
    model = network()
    model.compile(keras.optimizers.Adam(), LOGITS, metrics=["accuracy"])
    return model


@pytest.mark.core
def test_a_plain_model(plain, digits8):
    result = find_learning_rate(
        plain, cut(digits8), steps=60, repeats=3, trial_steps=0
    )
    assert 1e-3 < result.rate < 0.3
    assert result.rate == result.suggestions["middle"]
    assert [test.rates[0] for test in result.tests] == [1e-6] * 3
    first = np.array(result.tests[0].rates)
    np.testing.assert_allclose(first[1:] / first[:-1], 10 ** (7 / 59))
    assert "'middle' from the loss, median of 3" in result.reason
    found = [suggest for suggest in result.suggestions.values() if suggest]
    assert len(found) == 5


@pytest.mark.core
def test_the_model_is_as_before(network, digits8):
    x, y = digits8
    model = SemiSupervisedModel(network(), "freematch", strong="cutout")
    model.compile("adam", LOGITS, metrics=["accuracy"])
    data = pair((x[:16], y[:16]), x, batch_size=8, steps=5, verbose=0)
    element = peek(data)
    model.prepare(element)
    model.train_on_batch(*element)
    before = state(model)
    result = find_learning_rate(model, data, **SHORT)
    assert_equal(before, state(model))
    assert result.tests[0].loss_name == "labeled_loss"
    assert "the labeled loss" in result.reason


@pytest.mark.core
def test_short_trainings_decide_and_leave_the_model_as_it_was(plain, digits8):
    plain.train_on_batch(*cut(digits8)[0])
    before = state(plain)
    options = {**SHORT, "repeats": 1}
    start = find_learning_rate(plain, cut(digits8), **options).rate
    options["trial_steps"] = 9
    result = find_learning_rate(plain, cut(digits8), **options)
    assert_equal(before, state(plain))
    assert next(iter(result.trials)) == start
    assert len(result.trials) >= 2
    assert result.trials[result.rate] <= 1.05 * min(result.trials.values())
    # A trial is nothing but a training, from the same start and batches.
    again = keras.models.clone_model(plain)
    again.compile(keras.optimizers.Adam(result.rate), LOGITS)
    again.set_weights(plain.get_weights())
    again.optimizer.build(again.trainable_variables)
    for mine, other in zip(
        again.optimizer.variables, plain.optimizer.variables, strict=True
    ):
        if "learning_rate" not in mine.path:
            mine.assign(other)
    losses = []
    for x, y in (cut(digits8) * 2)[:9]:
        again.reset_metrics()
        logs = again.train_on_batch(x, y, return_dict=True)
        losses.append(logs["loss"])
    np.testing.assert_allclose(
        result.trials[result.rate], np.median(losses[-3:]), rtol=1e-4
    )


def test_a_model_that_is_not_built(digits8):
    layers = [keras.layers.Flatten(), keras.layers.Dense(4)]
    model = keras.Sequential(layers)
    model.compile("adam", LOGITS)
    result = find_learning_rate(model, cut(digits8), **SHORT)
    assert len(result.tests) == 2
    assert int(model.optimizer.iterations) == 0


@pytest.mark.parametrize("error", [KeyboardInterrupt, RuntimeError])
@pytest.mark.parametrize("schedule", [False, True])
def test_an_interrupted_search(error, schedule, network, digits8):
    rate = 0.01
    if schedule:
        rate = keras.optimizers.schedules.ExponentialDecay(0.01, 10, 0.9)
    model = network()
    model.compile(keras.optimizers.SGD(rate, momentum=0.9), LOGITS)
    batches = cut(digits8)
    model.train_on_batch(*batches[0])
    before, optimizer = state(model), model.optimizer
    original, left = model.train_on_batch, [5]

    def train_on_batch(*args, **kwargs):
        left[0] -= 1
        if not left[0]:
            raise error
        return original(*args, **kwargs)

    model.train_on_batch = train_on_batch
    with pytest.raises(error):
        find_learning_rate(model, batches, **SHORT)
    model.train_on_batch = original
    assert model.optimizer is optimizer
    assert_equal(before, state(model))
    model.train_on_batch(*batches[0])
    assert differ(before, state(model))


def test_a_schedule_is_searched_with_constant_rates(network, digits8):
    schedule = keras.optimizers.schedules.ExponentialDecay(0.01, 10, 0.9)
    results = []
    for rate in (0.5, schedule):
        keras.utils.set_random_seed(0)
        model = network()
        model.compile(keras.optimizers.Adam(rate), LOGITS)
        results.append(find_learning_rate(model, cut(digits8), **SHORT))
    assert_close(*([test.losses for test in each.tests] for each in results))


@pytest.mark.parametrize(
    "arguments",
    [{"use_ema": True}, {"gradient_accumulation_steps": 2}, {"clipnorm": 1.0}],
    ids=str,
)
def test_optimizers_of_all_kinds(arguments, network, digits8):
    model = network()
    model.compile(keras.optimizers.AdamW(0.01, **arguments), LOGITS)
    before = state(model)
    result = find_learning_rate(model, cut(digits8), **SHORT)
    assert len(result.tests[0].losses) == 20
    weights = len(model.variables)
    assert_equal(before[:weights], state(model)[:weights])


@pytest.mark.core
def test_mixed_precision(network, digits8):
    keras.config.set_dtype_policy("mixed_float16")
    model = network()
    model.compile(keras.optimizers.SGD(0.01), LOGITS)
    result = find_learning_rate(model, cut(digits8), **SHORT)
    assert len(result.tests[0].losses) > 5
    assert int(model.optimizer.iterations) == 0
    assert float(model.optimizer.dynamic_scale) == 2.0**15


@pytest.mark.parametrize("kind", ["list", "PyDataset", "tf.data"])
def test_containers(kind, plain, digits8):
    data = cut(digits8)
    if kind == "PyDataset":
        data = Batches(digits8, 16)
    if kind == "tf.data":
        tf = pytest.importorskip("tensorflow")
        data = tf.data.Dataset.from_tensor_slices(digits8).batch(16)
    keras.utils.set_random_seed(1)
    result = find_learning_rate(plain, data, **SHORT)
    keras.utils.set_random_seed(1)
    same = find_learning_rate(plain, cut(digits8), **SHORT)
    assert_close(*([t.losses for t in each.tests] for each in (result, same)))


def test_repeats_see_other_batches(plain, digits8):
    tests = find_learning_rate(plain, cut(digits8), **SHORT).tests
    batches = cut(digits8)
    assert tests[0].losses[0] != tests[1].losses[0]
    again = find_learning_rate(plain, batches[4:] + batches[:4], **SHORT).tests
    assert_close([again[0].losses], [tests[1].losses])


@pytest.mark.core
def test_a_loss_that_never_falls(network, digits8):
    model = network()
    model.compile(keras.optimizers.SGD(), LOGITS)
    result = find_learning_rate(
        model,
        cut(digits8),
        **{**SHORT, "min_rate": 1e-12, "max_rate": 1e-9},
    )
    assert result.rate is None
    assert "the loss never fell from 1e-12 to 1e-09" in result.reason
    assert "trained already" in str(result)
    assert result.plot().get_ylabel() == "Loss"
    broken = [(np.full((4, 8, 8, 1), np.nan, "float32"), np.zeros(4))]
    result = find_learning_rate(model, broken, **SHORT)
    assert "not finite before the first step" in result.reason
    assert result.suggestions["valley"] is None


def test_what_can_be_read_and_saved(plain, digits8):
    result = find_learning_rate(
        plain, cut(digits8), suggestion="valley", **{**SHORT, "repeats": 1}
    )
    text = str(result)
    assert text.startswith("Learning rate ")
    assert "by the rule 'valley' from the loss.\n" in text
    assert all(f"| {name}" in text for name in result.suggestions)
    saved = json.loads(json.dumps(result.to_dict(), allow_nan=False))
    assert saved["rate"] == result.rate
    assert saved["tests"][0]["losses"] == result.tests[0].losses
    assert result.plot().get_xscale() == "log"


@pytest.mark.parametrize(
    "wrong",
    [
        {"min_rate": 0.0},
        {"min_rate": 1.0, "max_rate": 0.1},
        {"steps": 5},
        {"repeats": 0},
        {"trial_steps": 2},
        {"suggestion": "steepst"},
    ],
    ids=str,
)
def test_wrong_arguments(wrong, plain, digits8):
    with pytest.raises(ValueError, match="Received.*Expected"):
        find_learning_rate(plain, cut(digits8), **wrong)


def test_wrong_data(plain, digits8, network):
    with pytest.raises(TypeError, match="images without labels"):
        find_learning_rate(plain, digits8[0])
    with pytest.raises(TypeError, match="Expected a SemiSupervisedModel"):
        find_learning_rate(plain, digits8, digits8[0])
    with pytest.raises(TypeError, match="list_iterator.*read twice"):
        find_learning_rate(plain, iter(cut(digits8)))
    with pytest.raises(ValueError, match="not compiled"):
        find_learning_rate(network(), cut(digits8))


def test_a_search_of_few_steps_says_what_it_left_out():
    model = line(keras.optimizers.SGD(0.5))
    options = {"steps": 10, "trial_steps": 3}
    result = find_learning_rate(model, BATCHES, **options, max_steps=17)
    assert len(result.trials) == 2
    assert result.stopped.startswith("stopped after 2 of at most")
    assert result.stopped in str(result)
    assert not find_learning_rate(model, BATCHES, **options).stopped
    with pytest.raises(ValueError, match="max_steps=15. Expected .* 16 or mor"):
        find_learning_rate(model, BATCHES, **options, max_steps=15)

import keras
import numpy as np
import pytest
from keras import ops

from keras_ssl import SemiSupervisedModel
from keras_ssl.methods import UDA
from keras_ssl.methods.ramp_up import SCHEDULES
from keras_ssl.methods.ramp_up import RampUp
from keras_ssl.methods.ramp_up import SignalAnnealing
from keras_ssl.methods.ramp_up import annealing_threshold
from keras_ssl.methods.ramp_up import cosine
from tests.methods import two_steps

pytestmark = [pytest.mark.core, pytest.mark.eager]


@pytest.mark.parametrize("steps", [1, 3, 4])
def test_it_rises_linearly_and_stays(steps):
    ramp_up = RampUp(steps)
    weights = [float(ramp_up()) for _ in range(6)]
    np.testing.assert_allclose(
        weights, np.minimum(1, np.arange(6) / steps), rtol=1e-6
    )


def test_without_steps_it_is_one_and_still_counts():
    ramp_up = RampUp(0)
    assert [float(ramp_up()), float(ramp_up())] == [1.0, 1.0]
    assert float(ramp_up.step) == 2


def test_the_count_is_a_variable_that_carries_on():
    ramp_up, again = RampUp(4), RampUp(4)
    for _ in range(3):
        ramp_up()
    (step,) = ramp_up.variables
    again.step.assign(ops.convert_to_numpy(step))
    assert float(again()) == 0.75


def test_negative_steps_are_refused():
    with pytest.raises(ValueError, match="Received: ramp_up_steps=-1"):
        RampUp(-1)


def test_golden_schedule_of_adamatch():
    # Half of the run is the ramp.
    progress = np.array([0.125, 0.25, 0.5, 0.75, 1.0])
    weights = [float(cosine(w)) for w in np.minimum(1, 2 * progress)]
    np.testing.assert_allclose(weights, [0.146447, 0.5, 1, 1, 1], rtol=1e-5)


def softmax(logits):
    return np.exp(logits) / np.exp(logits).sum(axis=1, keepdims=True)


def oracle(schedule, progress, classes):
    if schedule == "linear":
        alpha = progress
    elif schedule == "log":
        alpha = 1 - np.exp(-5 * progress)
    else:
        alpha = np.exp(5 * (progress - 1))
    return alpha * (1 - 1 / classes) + 1 / classes


@pytest.mark.parametrize(
    ("schedule", "expected"),
    [("linear", 0.4375), ("log", 0.785121), ("exp", 0.267638)],
)
def test_golden_vector(schedule, expected):
    threshold = annealing_threshold(schedule, 0.25, 4)
    np.testing.assert_allclose(float(threshold), expected, rtol=1e-5)


@pytest.mark.parametrize("schedule", SCHEDULES)
def test_numpy_oracle_on_random_inputs_over_steps(schedule):
    random = np.random.default_rng(0)
    annealing = SignalAnnealing(schedule, steps=3)
    seen = []
    for step in range(5):
        logits = random.normal(0, 2, (50, 7)).astype("float32")
        labels = random.integers(0, 7, 50)
        threshold = oracle(schedule, min(1, step / 3), 7)
        expected = [
            float(p[k] <= threshold)
            for p, k in zip(softmax(logits), labels, strict=True)
        ]
        seen += expected
        kept = annealing.kept(np.eye(7)[labels], logits)
        assert ops.convert_to_numpy(kept).tolist() == expected
    assert 0 < np.mean(seen) < 1


def test_untrained_networks_lose_no_image():
    # Of equal probabilities, each is the first threshold of two schedules.
    annealing = SignalAnnealing("linear", steps=10)
    kept = annealing.kept(np.eye(4), np.zeros((4, 4)))
    assert ops.convert_to_numpy(kept).tolist() == [1.0] * 4


def test_uda_weighs_the_compiled_loss():
    method = UDA(annealing="linear", annealing_steps=4)
    method.signal.progress.step.assign(1)  # a threshold of 0.4375
    received = {}

    def loss(logits, sample_weight):
        received.update(logits=logits, weight=sample_weight)
        return 7.0

    random = np.random.default_rng(0)
    logits, labels = random.normal(0, 2, (20, 4)), random.integers(0, 4, 20)
    assert method.labeled_loss(loss, np.eye(4)[labels], logits) == 7.0
    right = softmax(logits)[np.arange(20), labels]
    assert 0 < np.sum(right > 0.4375) < 20
    np.testing.assert_array_equal(
        ops.convert_to_numpy(received["weight"]), right <= 0.4375
    )
    assert received["logits"] is logits


def test_without_annealing_the_compiled_loss_is_left_alone():
    method = UDA()
    assert method.labeled_loss is None
    assert method.variables == []


@pytest.mark.parametrize("steps", [0, -1])
def test_annealing_without_its_steps_is_refused(steps):
    with pytest.raises(ValueError, match=f"Received: annealing_steps={steps}"):
        UDA(annealing="log", annealing_steps=steps)


def test_an_unknown_schedule_suggests_the_nearest():
    with pytest.raises(ValueError, match="Did you mean 'linear'"):
        UDA(annealing="liner", annealing_steps=1)


def test_the_arguments_are_in_the_config():
    method = UDA(annealing="exp", annealing_steps=9)
    again = UDA.from_config(method.get_config())
    assert (again.annealing, again.annealing_steps) == ("exp", 9)
    assert again.labeled_loss is not None


def test_fit_counts_the_steps_and_saves_them(network, digits8, tmp_path):
    method = UDA(annealing="log", annealing_steps=4)
    model, _ = two_steps.fit(method, network(), digits8)
    assert float(method.signal.progress.step) == 2
    model.save(tmp_path / "model.keras")
    loaded = keras.saving.load_model(tmp_path / "model.keras")
    assert float(loaded.method.signal.progress.step) == 2


@pytest.mark.parametrize(
    ("reduction", "divisor"),
    [("sum_over_batch_size", 4), ("mean_with_sample_weight", 3)],
)
def test_the_reduction_says_what_divides(reduction, divisor):
    # Three images stay at the first threshold of 1 / 2.
    images = np.array([0.2, 0.4, 0.6, 0.8], "float32").reshape(4, 1, 1, 1)
    labels = np.array([0, 0, 0, 1])
    net = keras.Sequential(
        [
            keras.Input((1, 1, 1)),
            keras.layers.Flatten(),
            keras.layers.Dense(2, kernel_initializer="ones"),
        ]
    )
    net.layers[-1].set_weights([np.array([[-5.0, 5.0]]), np.zeros(2)])
    model = SemiSupervisedModel(
        net,
        UDA(annealing="linear", annealing_steps=9),
        weak=None,
        strong=None,
        value_range=(0, 1),
    )
    model.compile(
        keras.optimizers.SGD(0.0),
        keras.losses.SparseCategoricalCrossentropy(
            from_logits=True, reduction=reduction
        ),
    )
    logs = model.train_on_batch(((images, labels), images), return_dict=True)
    logits = images.reshape(4, 1) * np.array([[-5.0, 5.0]])
    expected = -np.log(softmax(logits)[:3, 0]).sum() / divisor
    np.testing.assert_allclose(logs["labeled_loss"], expected, rtol=1e-5)

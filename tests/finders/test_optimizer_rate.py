import keras
import numpy as np
import pytest
from keras import ops

from keras_ssl.finders.optimizer_rate import ScaledSchedule
from keras_ssl.finders.optimizer_rate import get_learning_rate
from keras_ssl.finders.optimizer_rate import has_number
from keras_ssl.finders.optimizer_rate import scale_rate
from keras_ssl.finders.optimizer_rate import set_learning_rate
from keras_ssl.finders.optimizer_rate import settable_rate
from keras_ssl.utils.snapshot import build_optimizer
from tests.finders.line import BATCHES
from tests.finders.line import line

pytestmark = pytest.mark.core
SGD, Adam = keras.optimizers.SGD, keras.optimizers.Adam
LossScale = keras.optimizers.LossScaleOptimizer


def warm_up(peak=0.2):
    return keras.optimizers.schedules.CosineDecay(
        0.0, 90, warmup_target=peak, warmup_steps=10
    )


class Bare(keras.optimizers.schedules.LearningRateSchedule):
    def __call__(self, step):
        return 0.1 / ops.cast(step + 1, "float32")


def rates(model, steps):
    """The rates that training really uses, seen in the weight."""
    seen = []
    layer = model.layers[0]
    for _ in range(steps):
        layer.kernel.assign([[0.0]])
        model.train_on_batch(*BATCHES[0])
        seen.append(float(ops.convert_to_numpy(layer.kernel)[0, 0]) / 24)
    return seen


@pytest.mark.parametrize("wrap", [lambda x: x, LossScale])
def test_numbers_are_set(wrap):
    model = line(wrap(SGD(0.5)))
    assert has_number(model.optimizer)
    assert set_learning_rate(model, 0.25) == 0.5
    assert get_learning_rate(model) == 0.25
    np.testing.assert_allclose(rates(model, 1), [0.25], rtol=1e-5)


@pytest.mark.parametrize("wrap", [lambda x: x, LossScale])
@pytest.mark.parametrize("steps", [100, None])
def test_schedules_are_scaled_to_the_peak(wrap, steps):
    model = line(wrap(SGD(warm_up())))
    rates(model, 2)  # the step is compiled with the old schedule
    assert not has_number(model.optimizer)
    before = set_learning_rate(model, 0.02, steps)
    np.testing.assert_allclose(before, 0.2, rtol=0.02)
    np.testing.assert_allclose(
        rates(model, 3), [0.004, 0.006, 0.008], rtol=0.02
    )


def test_scaling_again_does_not_pile_up():
    model = line(SGD(warm_up()))
    set_learning_rate(model, 0.4, 100)
    np.testing.assert_allclose(
        set_learning_rate(model, 0.3, 100), 0.4, rtol=0.01
    )
    config = model.optimizer.get_config()["learning_rate"]["config"]
    np.testing.assert_allclose(config["factor"], 1.5, rtol=0.01)
    assert config["schedule"]["class_name"] == "CosineDecay"


def test_a_scaled_schedule_is_saved(tmp_path):
    model = line(SGD(warm_up()))
    set_learning_rate(model, 0.4, 100)
    model.save(tmp_path / "model.keras")
    loaded = keras.models.load_model(tmp_path / "model.keras")
    np.testing.assert_allclose(rates(loaded, 4), rates(model, 4))
    schedule = ScaledSchedule(warm_up(), 3.0)
    same = ScaledSchedule.from_config(schedule.get_config())
    assert float(same(7)) == float(schedule(7))


@pytest.mark.parametrize("wrap", [lambda x: x, LossScale])
def test_a_schedule_gives_way_for_a_while(wrap):
    model = line(wrap(SGD(warm_up(), momentum=0.5)))
    rates(model, 4)
    optimizer = model.optimizer
    before = [np.array(ops.convert_to_numpy(v)) for v in optimizer.variables]
    with settable_rate(model):
        assert model.optimizer is not optimizer
        assert int(model.optimizer.iterations) == 4
        model.optimizer.learning_rate = 0.5
        moments = [v for v in model.optimizer.variables if "momentum" in v.path]
        assert any(ops.convert_to_numpy(v).any() for v in moments)
        moments[0].assign([[0.0]])
        np.testing.assert_allclose(rates(model, 1), [0.5], rtol=1e-5)
    assert model.optimizer is optimizer
    for variable, value in zip(optimizer.variables, before, strict=True):
        np.testing.assert_array_equal(ops.convert_to_numpy(variable), value)
    moments = [v for v in optimizer.variables if "momentum" in v.path]
    moments[0].assign([[0.0]])
    np.testing.assert_allclose(rates(model, 1), [0.2 * 0.4], rtol=1e-5)


def test_numbers_need_no_other_optimizer():
    model = line(Adam(0.1))
    build_optimizer(model)
    optimizer = model.optimizer
    with settable_rate(model):
        assert model.optimizer is optimizer


def constant():
    return 0.1


@pytest.mark.parametrize("rate", [Bare(), constant])
def test_what_cannot_be_read_is_refused_before_training(rate):
    model = line(SGD(rate))
    build_optimizer(model)
    message = "Received.*neither set nor read.*Expected a number.*Pass one"
    with pytest.raises(ValueError, match=message):
        set_learning_rate(model, 0.1)
    inside = settable_rate(model)
    with pytest.raises(ValueError, match=message), inside:
        pass


def test_several_optimizers_are_refused():
    if not hasattr(keras.optimizers, "MultiOptimizer"):
        pytest.skip("Keras has none yet")
    with pytest.raises(ValueError, match="several optimizers.*Expected one"):
        has_number(keras.optimizers.MultiOptimizer(lambda _: SGD(0.1)))


OPTIMIZERS = keras.optimizers


@pytest.mark.parametrize(
    ("optimizer", "factor", "rule"),
    [
        (OPTIMIZERS.SGD(momentum=0.9), 4.0, "linear rule of SGD"),
        (OPTIMIZERS.Adam(), 2.0, "square root rule of Adam"),
        (OPTIMIZERS.Lamb(), 2.0, "square root rule of Lamb"),
        (
            OPTIMIZERS.LossScaleOptimizer(OPTIMIZERS.SGD()),
            4.0,
            "linear rule of SGD",
        ),
    ],
)
def test_the_rule_of_an_optimizer(optimizer, factor, rule):
    scaling = scale_rate(optimizer, 128, 32)
    assert scaling.factor == factor
    assert f"becomes {factor:g} times as large ({rule})" in str(scaling)
    np.testing.assert_allclose(scale_rate(optimizer, 8, 32).factor, 1 / factor)


def test_the_same_batch_size():
    scaling = scale_rate(OPTIMIZERS.Adam(), 32, 32)
    assert scaling.factor == 1
    assert str(scaling) == "A learning rate for 32 stays."

import keras
import numpy as np
import pytest

from keras_ssl.finders.rate_scaling import scale_rate

pytestmark = pytest.mark.core
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

import math

import keras
import numpy as np
import pytest
from keras import ops

from keras_ssl.schedules import PartialCosineDecay

pytestmark = pytest.mark.core

SHARES = [0.125, 0.25, 0.5, 0.75, 1.0]
FIXMATCH = [0.985278, 0.941544, 0.77301, 0.514103, 0.19509]
ADAMATCH = [0.986457, 0.946195, 0.790569, 0.549871, 0.25]


@pytest.mark.parametrize(
    ("arguments", "expected"), [({}, FIXMATCH), ({"alpha": 0.25}, ADAMATCH)]
)
def test_golden_values(arguments, expected):
    rate = PartialCosineDecay(2.0, 2**20, **arguments)
    rates = [float(rate(share * 2**20)) for share in SHARES]
    np.testing.assert_allclose(rates, 2 * np.array(expected), rtol=1e-5)


@pytest.mark.parametrize("alpha", [0.0, 0.3, 1.0])
def test_every_step_follows_the_cosine_and_the_end_stays(alpha):
    rate = PartialCosineDecay(0.1, 20, alpha)
    steps = np.arange(25)
    expected = 0.1 * np.cos(math.acos(alpha) * np.minimum(steps / 20, 1))
    rates = ops.convert_to_numpy(rate(ops.arange(25)))
    np.testing.assert_allclose(rates, expected, rtol=1e-5, atol=1e-7)


def test_an_optimizer_follows_it_and_saves_it():
    optimizer = keras.optimizers.SGD(PartialCosineDecay(0.5, 2, 0.0))
    config = keras.saving.serialize_keras_object(optimizer)
    for each in (optimizer, keras.saving.deserialize_keras_object(config)):
        weight = keras.Variable(0.0)
        each.build([weight])
        for _ in range(4):
            each.apply([ops.ones(())])
        rates = 0.5 * (1 + math.cos(math.pi / 4))
        np.testing.assert_allclose(float(weight.value), -rates, rtol=1e-5)


def test_every_argument_is_in_the_config():
    rate = PartialCosineDecay(0.5, 7, 0.3)
    again = PartialCosineDecay.from_config(rate.get_config())
    assert vars(again) == vars(rate)


@pytest.mark.parametrize(
    "argument",
    [
        {"initial_learning_rate": -1},
        {"decay_steps": 0},
        {"alpha": 1.1},
        {"alpha": -0.1},
    ],
)
def test_what_is_out_of_range_is_refused(argument):
    (name,) = argument
    with pytest.raises(ValueError, match=f"Received: {name}"):
        PartialCosineDecay(
            **{"initial_learning_rate": 1, "decay_steps": 1, **argument}
        )

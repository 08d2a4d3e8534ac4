import keras
import numpy as np
import pytest
from keras import ops

from keras_ssl.model.averaging import AveragedWeights

pytestmark = pytest.mark.core


def test_the_average_follows_the_ramped_formula():
    network = keras.Sequential([keras.Input((2,)), keras.layers.Dense(1)])
    averaged = AveragedWeights(0.3)
    averaged.follow(network)
    kernel = network.variables[0]
    expected = ops.convert_to_numpy(kernel).copy()
    for step in range(5):
        kernel.assign(np.full((2, 1), float(step)))
        averaged.update(step, averaged.observe(), 1)
        decay = min(0.3, (1 + step) / (10 + step))
        expected = decay * expected + (1 - decay) * step
    values = averaged.values([kernel])
    np.testing.assert_allclose(
        ops.convert_to_numpy(values[0]), expected, rtol=1e-5
    )


def test_before_the_first_step_the_values_are_those_of_the_network():
    network = keras.Sequential([keras.Input((2,)), keras.layers.Dense(1)])
    averaged = AveragedWeights()
    averaged.follow(network)
    assert averaged.equals_network()
    known = averaged.checksum()
    kernel = network.variables[0]
    kernel.assign(np.ones((2, 1)))
    assert not averaged.equals_network()
    assert averaged.checksum() != known
    for step, equal in ((0, True), (1, False)):
        (value,) = averaged.values([kernel], step)
        assert (ops.convert_to_numpy(value) == 1).all() == equal


def test_statistics_are_averaged_and_seeds_are_not():
    network = keras.Sequential(
        [
            keras.Input((2,)),
            keras.layers.BatchNormalization(),
            keras.layers.Dropout(0.5),
        ]
    )
    averaged = AveragedWeights()
    averaged.follow(network)
    assert len(averaged.averages) == 4  # gamma, beta, mean, variance
    seed = network.layers[1].variables[0]
    assert ops.convert_to_numpy(averaged.values([seed])[0]).tolist() == (
        ops.convert_to_numpy(seed).tolist()
    )


@pytest.mark.parametrize("passes", [1, 2])
def test_statistics_are_the_average_of_the_batch_moments(passes):
    layer = keras.layers.BatchNormalization(momentum=0.9)
    network = keras.Sequential([keras.Input((1,)), layer])
    averaged = AveragedWeights(0.5)
    averaged.follow(network)
    expected = 0.0
    for step in range(4):
        before = averaged.observe()
        for _ in range(passes):
            network(np.full((2, 1), float(step + 1)), training=True)
        averaged.update(step, before, passes)
        decay = min(0.5, (1 + step) / (10 + step))
        expected = decay * expected + (1 - decay) * (step + 1)
    mean = averaged.values([layer.moving_mean])[0]
    np.testing.assert_allclose(
        ops.convert_to_numpy(mean), [expected], rtol=1e-4
    )


@pytest.mark.parametrize("decay", [-0.1, 1.0])
def test_a_decay_outside_the_interval_is_refused(decay):
    with pytest.raises(ValueError, match="Received: ema"):
        AveragedWeights(decay)


def test_reset_takes_the_present_weights():
    network = keras.Sequential([keras.Input((2,)), keras.layers.Dense(1)])
    averaged = AveragedWeights()
    averaged.follow(network)
    network.variables[0].assign(np.ones((2, 1)))
    averaged.reset()
    assert ops.convert_to_numpy(averaged.averages[0]).tolist() == [[1], [1]]

import subprocess
import sys

import keras
import numpy as np
import pytest
from keras import ops

from keras_ssl.methods.moving_average import MovingAverage

pytestmark = pytest.mark.core

REPLICAS = """
import tensorflow as tf
cpu = tf.config.list_physical_devices("CPU")[0]
tf.config.set_logical_device_configuration(
    cpu, [tf.config.LogicalDeviceConfiguration()] * 2)
from keras_ssl.methods.moving_average import MovingAverage

strategy = tf.distribute.MirroredStrategy(["CPU:0", "CPU:1"])
with strategy.scope():
    average = MovingAverage(0.5, [1.0, 1.0])
new = strategy.experimental_distribute_values_from_function(
    lambda context: tf.constant(
        [[2.0, 2.0], [4.0, 8.0]][context.replica_id_in_sync_group]))
seen = tf.function(lambda: strategy.run(average, (new,)))()
for each in (average.value, *strategy.experimental_local_results(seen)):
    assert each.numpy().tolist() == [2.0, 3.0], each
print("equal")
"""


def test_the_formula_over_steps():
    random = np.random.default_rng(0)
    expected = random.normal(size=3)
    average = MovingAverage(0.7, expected.tolist())
    for _ in range(4):
        new = random.normal(size=3).astype("float32")
        expected = 0.7 * expected + 0.3 * new
        returned = average(new)
        for value in (returned, average.value):
            np.testing.assert_allclose(
                ops.convert_to_numpy(value), expected, rtol=1e-5
            )


def test_zeros_start_from_the_first_value():
    average = MovingAverage(0.9, [0.0, 0.0])
    first = ops.convert_to_numpy(average(np.float32([0.0, 1.0])))
    assert first.tolist() == [0.0, 1.0]
    second = ops.convert_to_numpy(average(np.float32([1.0, 1.0])))
    np.testing.assert_allclose(second, [0.1, 1.0], rtol=1e-6)


def test_a_ramped_momentum_forgets_the_start():
    average, expected = MovingAverage(0.15, 9.0, ramped=True), 9.0
    for momentum in (1 / 10, 0.15, 0.15):
        expected = momentum * expected + (1 - momentum) * 2.0
        np.testing.assert_allclose(
            float(average(ops.array(2.0))), expected, rtol=1e-6
        )


@pytest.mark.parametrize("policy", ["mixed_float16", "mixed_bfloat16"])
def test_it_counts_in_float32_under_any_policy(policy):
    keras.config.set_dtype_policy(policy)
    average = MovingAverage(0.999, 1.0)
    returned = average(ops.array(2.0))
    assert "float32" in str(returned.dtype)
    np.testing.assert_allclose(float(returned), 1.001, rtol=1e-6)


def test_it_is_a_state_and_no_weight_to_train():
    average = MovingAverage(0.9, 0.0)
    assert not average.trainable_variables
    assert len(average.non_trainable_variables) == 1


@pytest.mark.skipif(
    keras.backend.backend() != "tensorflow", reason="a strategy of TF's"
)
def test_replicas_agree_on_their_mean():
    done = subprocess.run(
        [sys.executable, "-W", "ignore", "-c", REPLICAS],
        capture_output=True,
        text=True,
        check=False,
    )
    assert done.stdout.strip().endswith("equal"), done.stderr[-3000:]

import keras
import numpy as np
import pytest
from keras import layers
from keras import ops

from keras_ssl import SemiSupervisedModel
from keras_ssl.regularizers import is_kernel
from keras_ssl.regularizers import l2_on_kernels

pytestmark = pytest.mark.core


def nested(build=True):
    """One of each kind of layer that has kernels, or has none."""
    return keras.Sequential(
        [
            *([keras.Input((8, 8, 3))] if build else []),
            layers.Conv2D(4, 3),
            layers.BatchNormalization(),
            layers.DepthwiseConv2D(3),
            layers.SeparableConv2D(4, 3),
            layers.Reshape((-1, 4)),
            layers.Bidirectional(layers.GRU(2, return_sequences=True)),
            layers.TimeDistributed(layers.Dense(3)),
            layers.Flatten(),
            keras.Sequential([layers.Dense(3), layers.LayerNormalization()]),
        ]
    )


KERNELS = 10  # of the network above


class Subclassed(keras.Model):
    """Hides layers in a dictionary, and has a kernel of its own."""

    def __init__(self):
        super().__init__()
        self.parts = {"a": [layers.Dense(2)], "b": layers.Dense(1)}
        self.own = self.add_weight(shape=(3,), name="own_kernel")
        self.scale = self.add_weight(shape=(3,), name="scale")

    def call(self, x):
        return self.parts["b"](self.parts["a"][0](x * self.own * self.scale))


def sum_of_squares(network):
    kernels = [v for v in network.variables if is_kernel(v)]
    return sum(float(ops.sum(ops.square(v))) for v in kernels)


def penalty(network):
    return sum(float(loss) for loss in network.losses)


def regularized(network):
    return [v for v in network.variables if v.regularizer is not None]


def assert_right(network, weight_decay=0.02, count=KERNELS):
    assert len(regularized(network)) == count
    expected = weight_decay / 2 * sum_of_squares(network)
    np.testing.assert_allclose(penalty(network), expected, rtol=1e-5)


@pytest.mark.parametrize("built", [True, False])
def test_all_kernels_and_nothing_else(built):
    network = nested(built)
    l2_on_kernels(network, 0.02)
    network.build((None, 8, 8, 3))
    assert_right(network)


def test_layers_that_a_subclassed_model_hides():
    network = Subclassed()
    network(np.ones((1, 3)))
    l2_on_kernels(network, 0.02)
    assert_right(network, count=3)


def test_it_survives_saving_and_cloning(tmp_path):
    network = nested()
    l2_on_kernels(network, 0.02)
    network.save(tmp_path / "network.keras")
    assert_right(keras.saving.load_model(tmp_path / "network.keras"))
    assert_right(keras.models.clone_model(network))


def test_a_second_call_replaces_the_first():
    network = nested()
    l2_on_kernels(network, 0.5)
    l2_on_kernels(network, 0.02)
    assert_right(network)
    l2_on_kernels(network, 0)
    assert network.losses == []
    assert network.layers[0].kernel_regularizer is None


def test_what_is_frozen_does_not_count():
    network = nested()
    network.layers[0].trainable = False
    l2_on_kernels(network, 0.02)
    assert len(network.losses) == KERNELS - 1


def test_another_regularizer_is_refused_and_nothing_changes():
    network = keras.Sequential(
        [
            keras.Input((2,)),
            layers.Dense(2),
            layers.Dense(2, kernel_regularizer="l1"),
        ]
    )
    with pytest.raises(ValueError, match="Expected no regularizer, or an L2"):
        l2_on_kernels(network, 0.02)
    assert network.layers[0].kernel_regularizer is None
    assert len(regularized(network)) == 1


def test_a_network_without_kernels_is_refused():
    network = keras.Sequential([keras.Input((2,)), layers.ReLU()])
    with pytest.raises(ValueError, match="without kernels"):
        l2_on_kernels(network, 0.02)


def test_a_negative_weight_decay_is_refused():
    with pytest.raises(ValueError, match="Received: weight_decay=-1"):
        l2_on_kernels(nested(), -1)


@pytest.mark.parametrize("forward", ["split", "joint"])
def test_a_semi_supervised_step_counts_it_once(network, digits8, forward):
    x, y = digits8
    weight_decay, rate = 0.5, 0.1
    after = []
    weights = network().get_weights()
    for decay in (0.0, weight_decay):
        plain = network()
        plain.set_weights(weights)
        l2_on_kernels(plain, decay)
        model = SemiSupervisedModel(
            plain, weak=None, strong=None, forward=forward
        )
        model.compile(
            keras.optimizers.SGD(rate),
            keras.losses.SparseCategoricalCrossentropy(from_logits=True),
        )
        model.train_on_batch(((x[:8], y[:8]), x[8:24]))
        after.append(plain.variables)
    for before, without, decayed in zip(weights, *after, strict=True):
        step = rate * weight_decay * before if is_kernel(without) else 0
        np.testing.assert_allclose(
            ops.convert_to_numpy(without) - step,
            ops.convert_to_numpy(decayed),
            rtol=1e-4,
            atol=1e-5,
        )

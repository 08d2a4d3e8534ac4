import keras
import numpy as np
import pytest
from keras import ops

from keras_ssl.model.batch_norm import StatisticsEstimator
from keras_ssl.model.batch_norm import batch_norm_layers

pytestmark = pytest.mark.core
LAYERS = keras.layers


def values(network):
    return [ops.convert_to_numpy(v) for v in network.variables]


@pytest.fixture
def images():
    return np.random.default_rng(0).normal(3, 2, (50, 4, 4, 2))


@pytest.mark.parametrize("momentum", [0.0, 0.5, 0.99])
@pytest.mark.parametrize("cuts", [[50], [32, 50], [7, 14, 50]])
def test_moments_are_exact_for_any_batches(images, momentum, cuts):
    network = keras.Sequential(
        [
            keras.Input((4, 4, 2)),
            LAYERS.BatchNormalization(momentum=momentum),
        ]
    )
    batches = [images[a:b] for a, b in zip([0, *cuts[:-1]], cuts, strict=True)]
    statistics = StatisticsEstimator(network)(batches)
    (_, mean), (_, variance) = statistics
    np.testing.assert_allclose(mean, images.mean((0, 1, 2)), rtol=1e-4)
    np.testing.assert_allclose(variance, images.var((0, 1, 2)), rtol=1e-4)


def test_nothing_in_the_network_changes(images):
    network = keras.Sequential(
        [
            keras.Input((4, 4, 2)),
            LAYERS.Conv2D(3, 3),
            LAYERS.BatchNormalization(),
            LAYERS.Dropout(0.5),
        ]
    )
    before = values(network)
    StatisticsEstimator(network)([images])
    for a, b in zip(before, values(network), strict=True):
        np.testing.assert_array_equal(a, b)


def test_frozen_layers_are_left_alone_and_still_normalise_as_frozen(images):
    frozen = LAYERS.BatchNormalization(trainable=False)
    last = LAYERS.BatchNormalization()
    network = keras.Sequential([keras.Input((4, 4, 2)), frozen, last])
    frozen.moving_mean.assign([1.0, 2.0])
    frozen.moving_variance.assign([4.0, 9.0])
    statistics = StatisticsEstimator(network)([images])
    assert [
        v is w
        for (v, _), w in zip(
            statistics, (last.moving_mean, last.moving_variance), strict=True
        )
    ] == [True, True]
    expected = (images.mean((0, 1, 2)) - [1, 2]) / np.sqrt([4.001, 9.001])
    np.testing.assert_allclose(statistics[0][1], expected, rtol=1e-4)


def test_it_finds_layers_nested_in_subclassed_models(images):
    class Block(LAYERS.Layer):
        def __init__(self):
            super().__init__()
            self.inner = keras.Sequential([LAYERS.BatchNormalization()])

        def call(self, inputs, training=False):
            return self.inner(inputs, training=training)

    network = keras.Sequential([keras.Input((4, 4, 2)), Block()])
    statistics = StatisticsEstimator(network)([images])
    np.testing.assert_allclose(
        statistics[0][1], images.mean((0, 1, 2)), rtol=1e-4
    )


def test_a_network_without_batch_norm_has_no_statistics(images):
    network = keras.Sequential([keras.Input((4, 4, 2)), LAYERS.Flatten()])
    assert StatisticsEstimator(network)([images]) == []


def test_it_measures_under_other_weights(images):
    network = keras.Sequential(
        [
            keras.Input((4, 4, 2)),
            LAYERS.Conv2D(1, 1, kernel_initializer="zeros"),
            LAYERS.BatchNormalization(),
        ]
    )

    def ones():
        kernel, *rest = network.variables
        pairs = [(kernel, ops.ones(kernel.shape))]
        return pairs + [(v, v.value) for v in rest]

    (_, mean), _ = StatisticsEstimator(network, ones)([images])
    np.testing.assert_allclose(mean, [images.sum(axis=-1).mean()], rtol=1e-4)


def test_it_finds_layers_in_a_compiled_model_with_nested_ones():
    inner = keras.Sequential([LAYERS.BatchNormalization()])
    network = keras.Sequential([keras.Input((4, 4, 2)), inner])
    network.compile("sgd", "mse")
    found = [layer.name for layer in batch_norm_layers(network)]
    assert found == [inner.layers[0].name]

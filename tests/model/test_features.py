import keras
import numpy as np
import pytest
from keras import layers
from keras import ops

from keras_ssl.model.features import FeatureReader

pytestmark = pytest.mark.core


@pytest.fixture
def images():
    random = np.random.default_rng(0)
    return random.normal(size=(5, 4, 4, 1)).astype("float32")


def sequential(last=()):
    return keras.Sequential(
        [
            keras.Input((4, 4, 1)),
            layers.Conv2D(3, 3, name="conv"),
            layers.BatchNormalization(),
            layers.Flatten(),
            layers.Dense(6, activation="relu", name="embedding"),
            layers.Dense(2, name="logits"),
            *last,
        ]
    )


def functional():
    image = keras.Input((4, 4, 1))
    places = layers.Conv2D(3, 3, name="conv")(image)
    x = layers.GlobalAveragePooling2D()(places)
    x = layers.Concatenate()([x, layers.GlobalMaxPooling2D()(places)])
    return keras.Model(image, layers.Dense(2, name="logits")(x))


def read(network, images, layer=None):
    reader = FeatureReader(network, layer)
    outputs = {k: ops.convert_to_numpy(v) for k, v in reader(images).items()}
    assert set(outputs) == {"", "_features"}
    assert outputs["_features"].shape == (len(images), reader.size)
    return outputs[""], outputs["_features"]


def close(tensor, expected):
    np.testing.assert_allclose(
        *map(ops.convert_to_numpy, (tensor, expected)), rtol=1e-4, atol=1e-5
    )


@pytest.mark.parametrize("build", [sequential, functional])
def test_features_are_what_the_last_dense_layer_takes(build, images):
    network = build()
    logits, features = read(network, images)
    kernel, bias = network.get_layer("logits").get_weights()
    close(logits, features @ kernel + bias)
    close(network(images, training=True), logits)


def test_an_activation_may_follow_the_last_dense_layer(images):
    network = sequential([layers.Softmax()])
    probabilities, features = read(network, images)
    kernel, bias = network.get_layer("logits").get_weights()
    exponentials = np.exp(features @ kernel + bias)
    close(probabilities, exponentials / exponentials.sum(1, keepdims=True))


def test_a_named_layer_gives_its_output(images):
    network = sequential()
    _, features = read(network, images, "embedding")
    _, expected = read(network, images)
    close(features, expected)
    _, logits = read(network, images, "logits")
    close(logits, read(network, images)[0])


@pytest.mark.parametrize("build", [sequential, functional])
def test_features_with_places_are_averaged(build, images):
    network = build()
    _, features = read(network, images, "conv")
    expected = ops.convert_to_numpy(network.get_layer("conv")(images))
    close(features, expected.mean(axis=(1, 2)))


def test_a_network_that_grew_layer_by_layer(images):
    network = keras.Sequential()
    for layer in sequential([layers.Softmax()]).layers:
        network.add(type(layer).from_config(layer.get_config()))
    network.build((None, 4, 4, 1))
    assert read(network, images)[1].shape == (5, 6)


def test_it_is_a_training_pass_of_the_networks_own_weights(images):
    network = sequential()
    reader = FeatureReader(network)
    moving = network.layers[1].moving_mean
    reader(images)
    assert np.any(ops.convert_to_numpy(moving))
    network.get_layer("logits").bias.assign([7.0, 8.0])
    close(reader(images)[""], network(images, training=True))


class Subclassed(keras.Model):
    def __init__(self):
        super().__init__()
        self.dense = layers.Dense(2)

    def call(self, images):
        return self.dense(ops.reshape(images, (-1, 16)))


class Doubled(keras.Sequential):
    def call(self, images, training=None):
        return 2 * super().call(images, training=training)


def test_a_network_with_a_call_of_its_own_is_refused(images):
    network = Subclassed()
    network(images)
    doubled = Doubled(
        [keras.Input((4, 4, 1)), layers.Flatten(), layers.Dense(2)]
    )
    for each in (network, doubled):
        with pytest.raises(ValueError, match="functional model without"):
            FeatureReader(each)


def test_a_functional_subclass_without_a_call_is_read(images):
    class Own(keras.Model):
        def __init__(self):
            image = keras.Input((4, 4, 1))
            super().__init__(image, layers.Dense(2)(layers.Flatten()(image)))

    close(read(Own(), images)[1], images.reshape(5, 16))


def test_a_network_without_a_dense_layer_is_refused(images):
    network = keras.Sequential(
        [
            keras.Input((4, 4, 1)),
            layers.Conv2D(2, 3, name="conv"),
            layers.GlobalAveragePooling2D(),
        ]
    )
    with pytest.raises(ValueError, match="without a Dense layer.*features="):
        FeatureReader(network)
    logits, features = read(network, images, "conv")
    close(features, logits)


def test_a_misspelt_layer_suggests_the_nearest():
    with pytest.raises(ValueError, match="Did you mean 'embedding'"):
        FeatureReader(sequential(), "embeding")


def test_layers_of_another_model_are_refused(images):
    flatten, dense = layers.Flatten(), layers.Dense(2)
    keras.Sequential([keras.Input((4, 4, 1)), flatten, dense])
    network = keras.Sequential([keras.Input((4, 4, 1)), flatten, dense])
    with pytest.raises(ValueError, match="clone_model"):
        FeatureReader(network)
    close(
        read(keras.models.clone_model(network), images)[1],
        images.reshape(5, 16),
    )

import warnings

import keras
import numpy as np
import pytest

import keras_ssl
from keras_ssl import SemiSupervisedModel
from keras_ssl.model.network_checks import check_network
from keras_ssl.model.network_checks import own_step

pytestmark = pytest.mark.core

FIRST = "channels_first"
X, Y = np.random.default_rng(0).random((8, 8, 8, 3)), np.arange(8) % 4


@pytest.fixture
def channels_first():
    """A setting for all of Keras."""
    keras.config.set_image_data_format(FIRST)
    yield
    keras.config.set_image_data_format("channels_last")


def network(shape=(3, 8, 8), data_format=FIRST):
    return keras.Sequential(
        [
            keras.Input(shape),
            keras.layers.Conv2D(2, 3, data_format=data_format),
            keras.layers.Flatten(data_format=data_format),
            keras.layers.Dense(4),
        ]
    )


class Convolutions(keras.Model):
    def __init__(self):
        super().__init__()
        self.stem = {"first": keras.layers.Conv2D(2, 3, data_format=FIRST)}

    def call(self, inputs):
        return self.stem["first"](inputs)


@pytest.mark.parametrize("build", [network, Convolutions])
def test_channels_must_come_last(build):
    with pytest.raises(ValueError, match=r"channels_last.*Permute\(\(3, 1, 2"):
        SemiSupervisedModel(build())


@pytest.mark.usefixtures("channels_first")
def test_channels_must_come_last_for_keras_too():
    plain = network((8, 8, 3), "channels_last")
    with pytest.raises(ValueError, match="image_data_format.*channels_last"):
        SemiSupervisedModel(plain)


def test_inspect_says_so_too():
    x = X.transpose(0, 3, 1, 2)
    with pytest.raises(ValueError, match="channels_first.*Permute"):
        keras_ssl.inspect(network(), (x, Y), near_duplicates=False, verbose=0)


def test_turned_images_and_channels_last_pass():
    turned = keras.layers.Permute((3, 1, 2))
    check_network(keras.Sequential([keras.Input((8, 8, 3)), turned, network()]))
    check_network(network((8, 8, 3), "channels_last"))


class Hub(keras.Model):
    """As a classifier of KerasHub: its own `predict` prepares the images."""

    def __init__(self, preprocessor):
        super().__init__()
        self.preprocessor = preprocessor
        self.flatten = keras.layers.Flatten()
        self.dense = keras.layers.Dense(4)

    def call(self, inputs):
        return self.dense(self.flatten(inputs))


def test_a_preprocessor_is_refused():
    hub = Hub(keras.layers.Rescaling(1 / 255))
    with pytest.raises(ValueError, match="Received.*`preprocessor=None`"):
        SemiSupervisedModel(hub)
    with pytest.raises(ValueError, match="preprocessor"):
        keras_ssl.inspect(hub, (X, Y), near_duplicates=False, verbose=0)
    SemiSupervisedModel(Hub(None))


class Own(Hub):
    def train_step(self, *args):
        return super().train_step(*args)

    def compute_loss(self, *args, **kwargs):
        return super().compute_loss(*args, **kwargs)


def test_a_step_of_its_own_is_told():
    assert own_step(Own(None)) == ["train_step", "compute_loss"]
    with pytest.warns(UserWarning, match="train_step and compute_loss.*not us"):
        SemiSupervisedModel(Own(None))
    found = keras_ssl.inspect(
        Own(None), (X, Y), near_duplicates=False, verbose=0
    )
    assert any("train_step" in each for each in found.warnings)


def test_plain_networks_are_not_warned_of():
    with warnings.catch_warnings():
        warnings.simplefilter("error")
        SemiSupervisedModel(Hub(None))


def test_only_models_are_wrapped():
    with pytest.raises(TypeError, match="Expected a keras.Model"):
        SemiSupervisedModel(keras.layers.Dense(2))


@pytest.mark.parametrize("floatx", ["float64", "float16", "bfloat16"])
@pytest.mark.parametrize("late", [False, True])
def test_another_floatx_is_refused(network, digits8, floatx, late):
    x, y = digits8
    if late:
        model = SemiSupervisedModel(network())
        model.compile("sgd", "sparse_categorical_crossentropy")
    keras.config.set_floatx(floatx)
    try:
        with pytest.raises(ValueError, match=rf"{floatx}.*Expected 'float32'"):
            if late:
                model.fit(x, y, unlabeled_data=x, verbose=0)
            else:
                SemiSupervisedModel(network())
    finally:
        keras.config.set_floatx("float32")

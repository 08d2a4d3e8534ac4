import keras
import pytest

from keras_ssl.utils.fingerprint import fingerprint


def network(**options):
    return keras.Sequential(
        [
            keras.Input((8, 8, 1)),
            keras.layers.RandomFlip(),
            keras.layers.Conv2D(4, 3, **options),
            keras.layers.Dropout(0.1),
            keras.layers.Flatten(),
        ]
    )


def test_the_same_network_twice_is_the_same():
    assert fingerprint(network()) == fingerprint(network())


@pytest.mark.parametrize(
    "change", [{"dilation_rate": 2}, {"activation": "elu"}]
)
def test_another_argument_of_a_layer_is_another_network(change):
    assert fingerprint(network(**change)) != fingerprint(network())


def test_layers_without_config_go_by_their_name():
    class Scale(keras.layers.Layer):
        def __init__(self, function):
            super().__init__()
            self.function = function

        def call(self, inputs):
            return self.function(inputs)

    models = [
        keras.Sequential([keras.Input((2,)), Scale(abs), keras.layers.Dense(n)])
        for n in (1, 1, 2)
    ]
    one, same, other = map(fingerprint, models)
    assert one == same != other

import keras
import numpy as np
import pytest
from keras import ops

from keras_ssl.model.saving import copy_network
from keras_ssl.model.saving import hidden_state
from keras_ssl.model.saving import network_config
from keras_ssl.model.saving import restore_hidden_state

pytestmark = pytest.mark.core


def plain_values(network):
    return [(v, v.value) for v in network.variables]


def test_a_copy_has_the_given_values_and_shares_nothing(network):
    original = network()
    values = [(v, ops.ones_like(v.value)) for v in original.variables]
    copy = copy_network(original, values)
    assert all(np.all(weight == 1) for weight in copy.get_weights())
    assert not {id(v) for v in copy.variables} & {
        id(v) for v in original.variables
    }


def test_a_layer_that_was_adapted_predicts_alike_in_the_copy(digits8):
    x, _ = digits8
    layer = keras.layers.Normalization()
    layer.adapt(100 * x + 7)
    original = keras.Sequential([keras.Input((8, 8, 1)), layer])
    copy = copy_network(original, plain_values(original))
    np.testing.assert_allclose(
        copy.predict(x, verbose=0), original.predict(x, verbose=0), rtol=1e-5
    )


def test_the_config_of_a_network_is_that_of_one_never_compiled(network):
    compiled = network()
    compiled.compile("adam", "mse")
    assert "compile_config" not in network_config(compiled)


def test_seeds_and_what_callbacks_keep_go_into_a_file_and_back():
    model = keras.Sequential(
        [keras.Input((4,)), keras.layers.Dropout(0.5, seed=0)]
    )
    model(np.ones((1, 4)), training=True)
    state = hidden_state(model, {"best": np.arange(3)})
    expected = ops.convert_to_numpy(model(np.ones((2, 4)), training=True))
    saved = {"weight": np.ones(1), **state}
    assert restore_hidden_state(model, saved)["best"].tolist() == [0, 1, 2]
    assert list(saved) == ["weight"]
    again = ops.convert_to_numpy(model(np.ones((2, 4)), training=True))
    np.testing.assert_array_equal(again, expected)

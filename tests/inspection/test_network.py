import keras
import numpy as np
import pytest
from keras import layers

from keras_ssl.inspection.network import describe_network
from keras_ssl.inspection.network import input_shape
from keras_ssl.inspection.network import last_activation
from keras_ssl.inspection.network import predict

pytestmark = pytest.mark.core


def network():
    frozen = layers.BatchNormalization(trainable=False, name="frozen")
    inner = keras.Sequential(
        [
            keras.Input((4, 4, 1)),
            layers.Rescaling(1 / 255),
            layers.BatchNormalization(name="inner"),
            frozen,
            layers.SpatialDropout2D(0.1, name="drop"),
        ]
    )
    flat = [layers.Flatten(), layers.Dense(3, activation="softmax")]
    return keras.Sequential([keras.Input((4, 4, 1)), inner, *flat])


def test_facts_of_a_nested_and_compiled_model():
    model = network()
    model.compile("adam", "sparse_categorical_crossentropy")
    outputs = predict(model, np.zeros((2, 4, 4, 1), "float32"))
    facts = describe_network(model, outputs, "probabilities")
    assert facts.input_shape == (4, 4, 1)
    assert facts.input_dtype == "float32"
    assert facts.num_classes == 3
    assert facts.activation == "softmax"
    assert facts.parameters == 4 + 4 + 16 * 3 + 3
    assert facts.trainable_parameters == 2 + 16 * 3 + 3
    assert facts.batch_norm_layers == ("inner", "frozen")
    assert facts.frozen_batch_norm_layers == ("frozen",)
    assert facts.dropout_layers == ("drop",)
    assert facts.scales_inputs
    assert facts.rescaling == pytest.approx(1 / 255)


class Subclassed(keras.Model):
    def __init__(self):
        super().__init__()
        self.blocks = [layers.BatchNormalization(name="in_a_list")]
        self.head = layers.Dense(2)

    def call(self, x):
        return self.head(layers.Flatten()(self.blocks[0](x)))


def test_a_subclassed_model_that_is_not_built():
    model = Subclassed()
    assert input_shape(model) is None
    outputs = predict(model, np.ones((2, 4, 4, 1), "float32"))
    facts = describe_network(model, outputs, "logits")
    assert facts.batch_norm_layers == ("in_a_list",)
    assert (facts.num_classes, facts.activation) == (2, "")


def test_last_activation_of_layers_that_are_one():
    for last in (layers.Softmax(), layers.Activation("softmax")):
        model = keras.Sequential([keras.Input((3,)), last])
        assert last_activation(model) == "softmax"


def test_models_of_several_inputs_or_outputs_are_errors():
    inputs = keras.Input((2, 2, 1))
    two = keras.Model(inputs, [inputs + 1, inputs + 2])
    with pytest.raises(ValueError, match="2 outputs"):
        predict(two, np.zeros((1, 2, 2, 1), "float32"))
    other = keras.Input((2, 2, 1))
    with pytest.raises(ValueError, match="2 inputs"):
        input_shape(keras.Model([inputs, other], inputs + other))

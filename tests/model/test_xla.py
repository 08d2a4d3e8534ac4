import keras
import pytest

from keras_ssl import SemiSupervisedModel
from keras_ssl.model.augmenter import Augmenter
from keras_ssl.model.xla import can_compile
from tests.backends import TENSORFLOW
from tests.backends import TORCH

asks = pytest.mark.skipif(not TENSORFLOW, reason="TensorFlow alone asks")


@asks
def test_our_augmentation_compiles_and_it_is_said(network, capsys):
    assert can_compile(network(), Augmenter(None, "cutout"))
    assert capsys.readouterr().out == "keras_ssl: XLA is on.\n"


@asks
def test_a_layer_that_cannot_turns_it_off_and_it_is_said(network, capsys):
    class Foreign(keras.layers.Layer):
        def call(self, images):
            import tensorflow as tf

            return tf.numpy_function(lambda x: x, [images], tf.float32)

    assert not can_compile(network(), Augmenter(None, Foreign()))
    said = capsys.readouterr().out
    assert "XLA is off" in said
    assert "jit_compile=" in said


@pytest.mark.core
@pytest.mark.skipif(not TORCH, reason="the others compile steps")
@pytest.mark.parametrize(
    "given", [("jit_compile", True), ("steps_per_execution", 2)]
)
def test_on_pytorch_steps_run_eagerly(given, network):
    model = SemiSupervisedModel(network(), strong="cutout")
    with pytest.raises(ValueError, match="eagerly"):
        model.compile("sgd", "mse", **dict([given]))


@pytest.mark.core
@pytest.mark.skipif(not TORCH, reason="the others compile steps")
def test_a_model_that_was_compiled_elsewhere_is_loaded_on_pytorch(network):
    model = SemiSupervisedModel(network(), strong="cutout")
    model.compile("sgd", "mse")
    elsewhere = {"jit_compile": True, "steps_per_execution": 2}
    model.compile_from_config({**model.get_compile_config(), **elsewhere})
    assert not model.jit_compile
    assert model.steps_per_execution == 1

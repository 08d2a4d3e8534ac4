import keras
import pytest

from keras_ssl.model.augmenter import Augmenter
from keras_ssl.model.xla import can_compile

pytestmark = pytest.mark.skipif(
    keras.backend.backend() != "tensorflow", reason="TensorFlow alone asks"
)


def test_our_augmentation_compiles_and_it_is_said(network, capsys):
    assert can_compile(network(), Augmenter(None, "cutout"))
    assert capsys.readouterr().out == "keras_ssl: XLA is on.\n"


def test_a_layer_that_cannot_turns_it_off_and_it_is_said(network, capsys):
    class Foreign(keras.layers.Layer):
        def call(self, images):
            import tensorflow as tf

            return tf.numpy_function(lambda x: x, [images], tf.float32)

    assert not can_compile(network(), Augmenter(None, Foreign()))
    said = capsys.readouterr().out
    assert "XLA is off" in said
    assert "jit_compile=" in said

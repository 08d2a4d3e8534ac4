"""Where the augmentation compiles itself."""

import keras
import numpy as np
import pytest

from keras_ssl.augmentation import CropAndFlip
from keras_ssl.augmentation import Cutout
from keras_ssl.augmentation import LayerAugmentation
from keras_ssl.augmentation import Pipeline

tf = pytest.importorskip("tensorflow")
pytestmark = pytest.mark.skipif(
    keras.backend.backend() != "tensorflow", reason="TensorFlow alone"
)


def jitted(layer):
    """How many functions inside a graph are to be compiled by XLA."""
    function = tf.function(lambda x: layer(x), autograph=False)
    graph = function.get_concrete_function(tf.zeros((4, 8, 8, 3))).graph
    library = graph.as_graph_def().library.function
    return sum(each.attr["_XlaMustCompile"].b for each in library)


def test_a_plain_graph_compiles_the_whole_pipeline_once():
    assert jitted(Pipeline([CropAndFlip(), Cutout()])) >= 1
    assert jitted(LayerAugmentation(keras.layers.RandomContrast(0.1))) == 0


def test_a_foreign_part_leaves_the_others_compiled():
    foreign = LayerAugmentation(keras.layers.RandomContrast(0.1))
    assert jitted(Pipeline([foreign, Cutout()])) >= 1


def test_a_gpu_leaves_it_to_the_step(monkeypatch):
    monkeypatch.setattr(tf.config, "get_visible_devices", lambda kind: [kind])
    assert jitted(Cutout()) == 0


def test_an_attribute_that_changes_is_seen_by_the_next_graph():
    layer = Cutout(1.0, value_range=(0, 1), seed=0)
    x = tf.zeros((1, 3, 3, 1))
    for value_range, middle in [((0, 1), 0.5), ((0, 10), 5.0)]:
        layer.value_range = value_range
        result = tf.function(lambda x: layer(x), autograph=False)(x)
        assert middle in np.unique(result)

"""What the PyTorch backend asks of a layer: it is a `torch.nn.Module` too."""

import keras
import pytest

from keras_ssl import SemiSupervisedModel
from keras_ssl.augmentation import AUGMENTATIONS
from keras_ssl.methods import METHODS

torch = pytest.importorskip("torch")

pytestmark = pytest.mark.core

# Keras has a `compile` too, and never calls `Module.apply`.
MODULE = set(dir(torch.nn.Module())) - {"compile", "apply"}


def own(layer, plain):
    """The names that a layer has beside those of Keras."""
    names = vars(layer).keys() - vars(plain).keys()
    for kind in type(layer).__mro__:
        if kind.__module__.startswith("keras_ssl"):
            names |= vars(kind).keys()
    return {name for name in names if not name.startswith("__")}


def test_no_attribute_of_ours_is_one_of_a_module(network):
    # `self.forward = "split"`, say, would replace what calls the layer.
    model = SemiSupervisedModel(network(), strong="cutout")
    taken = own(model, keras.Model()) & MODULE
    native = [a for n, a in AUGMENTATIONS.items() if n != "kerascv"]
    for kind in (*METHODS.values(), *native):
        taken |= own(kind(), keras.layers.Layer()) & MODULE
    assert not taken

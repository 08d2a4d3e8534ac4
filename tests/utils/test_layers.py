import keras

from keras_ssl.utils.layers import all_layers

Dense = keras.layers.Dense


class Holds(keras.layers.Layer):
    """Keeps layers in containers of all kinds, one of them twice."""

    def __init__(self):
        super().__init__()
        self.twice = Dense(1, name="twice")
        self.nested = {"a": [Dense(1, name="a"), (self.twice,)], 3: Dense(1)}
        self.number = 5


def test_each_layer_comes_once_and_its_holder_first():
    holder = Holds()
    found = list(all_layers(keras.Sequential([holder])))
    assert found[1] is holder
    names = [layer.name for layer in found]
    assert len(set(map(id, found))) == len(found) == 5
    assert {"a", "twice"} <= set(names)


def test_what_was_seen_is_left_out():
    holder = Holds()
    left = list(all_layers(holder, seen={id(holder.twice)}))
    assert holder.twice not in left
    assert len(left) == 3

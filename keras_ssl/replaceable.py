"""`Replaceable`: the place of a layer in a model that is built already."""

from typing import Any

import keras


class Replaceable(keras.layers.Layer):
    """Holds a layer, or `None`, that may be replaced at any time.

    Keras lets nobody add layers to a model that is built. This one is never
    built itself.

    Args:
        layer: The layer.

    Example:

    >>> place = Replaceable(keras.layers.RandomFlip(seed=0))
    >>> len(place.variables)
    1
    >>> place.replace(None)
    >>> len(place.variables)
    0
    """

    def __init__(self, layer: Any, **kwargs: Any) -> None:
        super().__init__(**kwargs)
        self._held = [layer]

    @property
    def layer(self) -> Any:
        """The layer, or `None`."""
        return self._held[0]

    def replace(self, layer: Any) -> None:
        """Puts another layer in its place."""
        self._held.clear()  # forgets the variables too, as `=` would not
        self._held.append(layer)

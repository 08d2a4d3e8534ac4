"""The layers of a network, wherever they are held."""

from collections.abc import Iterator
from collections.abc import Mapping
from typing import Any

import keras


def all_layers(
    layer: keras.layers.Layer, seen: set[int] | None = None
) -> Iterator[keras.layers.Layer]:
    """A layer and all that it holds, each once.

    Args:
        layer: A layer or model.
        seen: Identities of layers to leave out.

    Example:

    >>> network = keras.Sequential([keras.layers.Flatten()])
    >>> [type(layer).__name__ for layer in all_layers(network)]
    ['Sequential', 'Flatten']
    """
    seen = set() if seen is None else seen
    if id(layer) in seen:
        return
    seen.add(id(layer))
    yield layer
    for held in _held(attributes(layer)):
        yield from all_layers(held, seen)


def attributes(layer: keras.layers.Layer) -> dict[str, Any]:
    """What the attributes of a layer hold, by their names.

    On PyTorch, `vars` leaves out those that hold layers.

    Example:

    >>> layer = keras.layers.Bidirectional(keras.layers.LSTM(2))
    >>> type(attributes(layer)["forward_layer"]).__name__
    'LSTM'
    """
    return {**vars(layer), **vars(layer).get("_modules", {})}


def _held(value: Any) -> Iterator[keras.layers.Layer]:
    """The layers in nested containers, which `keras.tree` may fail to sort."""
    if isinstance(value, keras.layers.Layer):
        yield value
    elif isinstance(value, Mapping):
        yield from _held(list(value.values()))
    elif isinstance(value, list | tuple | set):
        for each in value:
            yield from _held(each)

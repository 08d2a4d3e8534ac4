"""What a study is of, in short, so that it does not go on as another one."""

import json
import zlib
from typing import Any

import keras
import numpy as np

from keras_ssl.batch_norm import all_layers
from keras_ssl.recipe import Recipe
from keras_ssl.registry import config_of
from keras_ssl.report.plain import to_plain
from keras_ssl.study.equal_time import EqualTime
from keras_ssl.study.run import Row


def describe(row: Row | EqualTime) -> str:
    """What a row is: all that a recipe does, or the name of a function.

    Example:

    >>> recipe = keras_ssl.recipes.fixmatch(steps=5)
    >>> describe(recipe) == describe(keras_ssl.recipes.fixmatch(steps=6))
    False
    """
    if isinstance(row, EqualTime):
        return str(row)
    if not isinstance(row, Recipe):
        return str(getattr(row, "__qualname__", type(row).__name__))
    fields = vars(row) | {
        name: config_of(getattr(row, name)) for name in ("weak", "strong")
    }
    del fields["sources"]
    return json.dumps(to_plain(fields), sort_keys=True)


def fingerprint(network: keras.Model) -> str:
    """The layers of a network, and the shapes of its weights, in short.

    Example:

    >>> network = keras.Sequential([keras.Input((2,)), keras.layers.Dense(3)])
    >>> fingerprint(network).partition(",")[0]
    '9 parameters'
    """
    layers = [type(layer).__name__ for layer in all_layers(network)]
    shapes = [tuple(weight.shape) for weight in network.weights]
    crc = zlib.crc32(repr((layers, shapes)).encode())
    return f"{network.count_params():,} parameters, {crc:08x}"


def checksum(*arrays: Any) -> int:
    """Of all the bytes of some arrays.

    Example:

    >>> checksum(np.zeros(3)) == checksum(np.ones(3))
    False
    """
    total = 0
    for array in arrays:
        total = zlib.crc32(np.ascontiguousarray(array).tobytes(), total)
    return total

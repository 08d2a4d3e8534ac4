"""Short names for networks and data, so that no folder mixes two runs."""

import json
import zlib
from typing import Any

import keras
import numpy as np

from keras_ssl.utils.jsonable import to_plain
from keras_ssl.utils.layers import all_layers
from keras_ssl.utils.registry import config_of

CHUNK = 1 << 24  # bytes


def fingerprint(network: keras.Model) -> str:
    """Describes a network: its layers with their arguments, and its shapes.

    It does not see how layers are connected, nor what a subclassed model
    computes.

    Example:

    >>> network = keras.Sequential([keras.Input((2,)), keras.layers.Dense(3)])
    >>> fingerprint(network).partition(",")[0]
    '9 parameters'
    """
    layers = [_describe(layer) for layer in all_layers(network)]
    shapes = [tuple(weight.shape) for weight in network.weights]
    crc = zlib.crc32(json.dumps([layers, shapes], sort_keys=True).encode())
    return f"{network.count_params():,} parameters, {crc:08x}"


def _describe(layer: keras.layers.Layer) -> Any:
    name = type(layer).__name__
    if isinstance(layer, keras.Model):  # its layers come by themselves
        return name
    try:
        return to_plain(config_of(layer))
    except NotImplementedError:  # a layer without `get_config`
        return name


def checksum(*arrays: Any) -> int:
    """Sums up all the bytes of some arrays; files stay mapped, not loaded.

    Example:

    >>> checksum(np.zeros(3)) == checksum(np.ones(3))
    False
    """
    total = 0
    for array in arrays:
        rows = np.atleast_1d(np.asanyarray(array))
        step = max(1, CHUNK // max(1, rows[:1].nbytes))
        for start in range(0, len(rows), step):
            total = zlib.crc32(rows[start : start + step].tobytes(), total)
    return total

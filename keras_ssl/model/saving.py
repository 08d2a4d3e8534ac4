"""A network as a config, and as a plain model of its own."""

import keras
from keras import ops

from keras_ssl.model.batch_norm import Values
from keras_ssl.utils.typing import Config


def network_config(network: keras.Model) -> Config:
    """The config of a network, as if it had never been compiled itself."""
    config = keras.saving.serialize_keras_object(network)
    config.pop("compile_config", None)
    return config


def copy_network(network: keras.Model, values: Values) -> keras.Model:
    """A plain copy of a network, uncompiled.

    Args:
        network: A built model.
        values: `(variable, value)` for each of its variables, in their order.

    Returns:
        The copy, with these values.
    """
    copy = keras.saving.deserialize_keras_object(
        network_config(network), safe_mode=False
    )
    if not copy.built:
        copy.build_from_config(network.get_build_config())
    for new, (_, value) in zip(copy.variables, values, strict=True):
        new.assign(ops.copy(value))
    return copy

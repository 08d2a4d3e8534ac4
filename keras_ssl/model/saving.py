"""A network as a plain model of its own, and state that Keras leaves out."""

from collections.abc import Mapping
from typing import Any

import keras
from keras import ops

from keras_ssl.model.batch_norm import Values
from keras_ssl.utils.layers import all_layers
from keras_ssl.utils.typing import Array
from keras_ssl.utils.typing import Config

SEED, KEPT = "seed:", "callback:"
SEED_PATH = "seed_generator_state"


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
    # Not from a file: a Lambda in it is the user's own.
    copy = keras.saving.deserialize_keras_object(
        network_config(network), safe_mode=False
    )
    if not copy.built:
        copy.build_from_config(network.get_build_config())
    for new, (_, value) in zip(copy.variables, values, strict=True):
        new.assign(ops.copy(value))
    for layer in all_layers(copy):
        # Computes what follows from variables; a layer without any, such as
        # Discretization, has its state from the config and would lose it.
        if layer.variables and hasattr(layer, "finalize_state"):
            layer.finalize_state()
    return copy


def hidden_state(
    model: keras.Model, callback_state: Mapping[str, Array]
) -> dict[str, Array]:
    """What a run needs to go on, and Keras does not save: seeds, for one.

    Args:
        model: The model.
        callback_state: Arrays by name that callbacks need.

    Returns:
        Arrays by the names that they have in a file.
    """
    seeds = {
        name: ops.convert_to_numpy(seed) for name, seed in _seeds(model).items()
    }
    kept = {KEPT + name: value for name, value in callback_state.items()}
    return {**seeds, **kept}


def restore_hidden_state(
    model: keras.Model, saved: dict[str, Array]
) -> dict[str, Array]:
    """Sets the seeds to what was saved.

    Args:
        model: The model.
        saved: What a file holds; what belongs to us is taken out.

    Returns:
        The arrays that callbacks need, by name.
    """
    for name, seed in _seeds(model).items():
        if name in saved:
            seed.assign(saved[name])
    kept = {
        name.removeprefix(KEPT): value
        for name, value in saved.items()
        if name.startswith(KEPT)
    }
    for name in [n for n in saved if n.startswith((SEED, KEPT))]:
        del saved[name]
    return kept


def _seeds(model: keras.Model) -> dict[str, Any]:
    """The states of all random generators, which Keras does not save."""
    # By place, as generators are named anew in every model.
    weights = {id(v) for v in model.weights}
    seeds = [
        v
        for v in model.variables
        if id(v) not in weights and v.path.endswith(SEED_PATH)
    ]
    return {f"{SEED}{index}": v for index, v in enumerate(seeds)}

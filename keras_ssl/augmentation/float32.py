"""Runs other people's augmentation layers in float32."""

from collections.abc import Iterator
from contextlib import contextmanager
from typing import Any

import keras


@contextmanager
def float32_policy() -> Iterator[None]:
    """Makes float32 the global dtype policy for a while."""
    before = keras.config.dtype_policy()
    keras.config.set_dtype_policy("float32")
    try:
        yield
    finally:
        keras.config.set_dtype_policy(before)


def in_float32(layer: Any) -> Any:
    """Returns `layer`, or a copy in float32 if mixed precision is at work.

    Layers inside a layer follow the global policy whatever `dtype` the outer
    one was given, so that the copy is made from the config, under float32.

    Args:
        layer: A Keras layer without weights; one with weights is returned.
    """
    policies = {layer.dtype_policy.name, keras.config.dtype_policy().name}
    if policies == {"float32"} or layer.weights:
        return layer
    with float32_policy():
        return revive(
            _without_policies(keras.saving.serialize_keras_object(layer))
        )


def revive(config: Any) -> Any:
    """Deserialises a config, and also the layers that a KerasCV layer holds.

    Args:
        config: What `keras.saving.serialize_keras_object` returned.
    """
    if isinstance(config, list | tuple):
        return type(config)(revive(item) for item in config)
    if not isinstance(config, dict):
        return config
    if config.get("class_name") == "Sequential":
        return keras.Sequential(revive(config["config"]["layers"]))
    if str(config.get("module")).startswith("keras_cv"):
        # `from_config` of RandomApply and RandomChoice leaves its layers dicts.
        inner = {key: revive(item) for key, item in config["config"].items()}
        config = {**config, "config": inner}
    return keras.saving.deserialize_keras_object(config)


def _without_policies(config: Any) -> Any:
    if isinstance(config, list | tuple):
        return type(config)(_without_policies(item) for item in config)
    if not isinstance(config, dict):
        return config
    if config.get("class_name") == "DTypePolicy":
        return "float32"
    return {key: _without_policies(item) for key, item in config.items()}

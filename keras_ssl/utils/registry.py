"""`register` for saving, and `get` from a name, class, instance or config."""

from collections.abc import Callable
from collections.abc import Mapping
from typing import Any
from typing import TypeVar

import keras

from keras_ssl.utils.checks import check_name

__all__ = ["check_name", "config_of", "get", "register"]

T = TypeVar("T")

register = keras.saving.register_keras_serializable(package="keras_ssl")


def get(
    identifier: Any, base: type[T], table: Mapping[str, Callable[..., T]]
) -> T:
    """Turns a name, class, instance or config into an instance of `base`.

    Args:
        identifier: A key of `table`, a subclass or instance of `base`, or the
            config of one as `keras.saving.serialize_keras_object` writes it.
        base: The class that the result must be an instance of.
        table: The names that stand for a class.

    Returns:
        An instance of `base`.

    Raises:
        ValueError: The name is not in `table`; the nearest name is suggested.
        TypeError: `identifier` is none of the above.

    Example:

    >>> from keras_ssl.methods import METHODS
    >>> from keras_ssl.methods import Method
    >>> get("fixmatch", Method, METHODS).threshold
    0.95
    """
    if isinstance(identifier, str):
        return table[check_name(identifier, base.__name__.lower(), table)]()
    if isinstance(identifier, type) and issubclass(identifier, base):
        return identifier()
    if isinstance(identifier, Mapping):
        identifier = keras.saving.deserialize_keras_object(dict(identifier))
    if isinstance(identifier, base):
        return identifier
    raise TypeError(
        f"Received: {identifier!r}. Expected a {base.__name__}: an instance, "
        f"a subclass, its config, or one of the names {sorted(table)}. "
        f"For one of your own, inherit from `{base.__name__}`."
    )


def config_of(value: Any) -> Any:
    """Describes a value: an object by its config, without automatic names.

    Two objects that do the same have the same config, in whatever order a
    script creates them.

    Args:
        value: An object of Keras, a sequence of such, or anything else, which
            is returned as it is.

    Example:

    >>> from keras_ssl.augmentation import Cutout
    >>> config_of([Cutout(seed=0)]) == config_of([Cutout(seed=0)])
    True
    """
    if isinstance(value, list | tuple):
        return [config_of(each) for each in value]
    if isinstance(value, keras.layers.Layer):
        return _nameless(keras.saving.serialize_keras_object(value))
    return value


def _nameless(config: Any) -> Any:
    if isinstance(config, list | tuple):
        return [_nameless(each) for each in config]
    if isinstance(config, dict):
        return {k: _nameless(v) for k, v in config.items() if k != "name"}
    return config

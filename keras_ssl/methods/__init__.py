"""One file a method, and the table of their names."""

from typing import Any

from keras_ssl import registry
from keras_ssl.methods.fixmatch import FixMatch
from keras_ssl.methods.method import Method
from keras_ssl.methods.pseudo_label import PseudoLabel

METHODS: dict[str, type[Method]] = {
    "fixmatch": FixMatch,
    "pseudo_label": PseudoLabel,
}


def get(identifier: Any) -> Method:
    """Turns a name, class, instance or config into a `Method`.

    Args:
        identifier: A key of `METHODS`, a subclass or instance of `Method`, or
            the config of one.

    Raises:
        ValueError: The name is unknown; the nearest one is suggested.
        TypeError: `identifier` is none of the above.

    Example:

    >>> get("fixmatch").threshold
    0.95
    """
    return registry.get(identifier, Method, METHODS)


__all__ = ["METHODS", "FixMatch", "Method", "PseudoLabel", "get"]

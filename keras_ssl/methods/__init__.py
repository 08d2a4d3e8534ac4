"""One file a method, and the table of their names."""

from typing import Any

from keras_ssl import registry
from keras_ssl.methods.fixmatch import FixMatch
from keras_ssl.methods.freematch import FreeMatch
from keras_ssl.methods.method import Method
from keras_ssl.methods.pseudo_label import PseudoLabel
from keras_ssl.methods.softmatch import SoftMatch
from keras_ssl.methods.uda import UDA

METHODS: dict[str, type[Method]] = {
    "fixmatch": FixMatch,
    "freematch": FreeMatch,
    "pseudo_label": PseudoLabel,
    "softmatch": SoftMatch,
    "uda": UDA,
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


__all__ = [
    "METHODS",
    "UDA",
    "FixMatch",
    "FreeMatch",
    "Method",
    "PseudoLabel",
    "SoftMatch",
    "get",
]

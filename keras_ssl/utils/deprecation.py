"""Old public names, which go on working and say what they are called now."""

import importlib
import sys
import warnings
from collections.abc import Callable
from typing import Any


def moved(module: str, **names: str) -> Callable[[str], Any]:
    """The `__getattr__` of a module some of whose names stand elsewhere now.

    An old name warns when it is first used, and then is what it was.

    Args:
        module: The module's `__name__`.
        **names: Where each name stands now, as users import it.

    Returns:
        A function that finds the old names, to be called `__getattr__`.

    Example:

    >>> get = moved("keras_ssl.data", Inspection="keras_ssl.Inspection")
    >>> get("Nothing")
    Traceback (most recent call last):
    AttributeError: module 'keras_ssl.data' has no attribute 'Nothing'
    """

    def __getattr__(name: str) -> Any:
        if name not in names:
            raise AttributeError(f"module {module!r} has no attribute {name!r}")
        new = names[name]
        warnings.warn(
            f"`{module}.{name}` is now `{new}`; the old name will go.",
            FutureWarning,
            stacklevel=2,
        )
        parent, _, attribute = new.rpartition(".")
        value = getattr(importlib.import_module(parent), attribute)
        vars(sys.modules[module])[name] = value  # so that it warns once
        return value

    return __getattr__

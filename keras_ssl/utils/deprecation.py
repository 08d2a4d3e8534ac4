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


def renamed_argument(
    kwargs: dict[str, Any], old: str, new: str, value: Any
) -> Any:
    """The value of an argument that may come under its old name.

    Args:
        kwargs: Arguments by name, from which the old one is taken.
        old: What it was called.
        new: What it is called.
        value: What was given under the new name; `None` if it was not.

    Raises:
        TypeError: Both names were given.

    Example:

    >>> renamed_argument({}, "labeled_strong", "strong_labeled_share", 0.5)
    0.5
    """
    if old not in kwargs:
        return value
    if value is not None:
        raise TypeError(
            f"Received: {new}={value!r} and {old}={kwargs[old]!r}. Expected "
            f"one of them, as `{old}` is the old name. Leave it out."
        )
    _say(f"{old}=", f"{new}=")
    return kwargs.pop(old)


def renamed_attribute(owner: Any, old: str, new: str) -> Any:
    """An attribute that was asked for under its old name.

    To be called from `__getattr__`: Keras looks at all properties of a model
    that it saves, and so would warn of old names.

    Args:
        owner: Whose it is.
        old: What it was called.
        new: What it is called.
    """
    _say(old, new)
    return getattr(owner, new)


def _say(old: str, new: str) -> None:
    warnings.warn(
        f"`{old}` is now `{new}`; the old name will go.",
        FutureWarning,
        stacklevel=4,
    )

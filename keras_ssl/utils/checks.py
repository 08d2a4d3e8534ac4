"""Checks of arguments, each with a sentence that says how to mend them."""

import difflib
import functools
import inspect
import math
from collections.abc import Callable
from collections.abc import Collection
from collections.abc import Iterable
from numbers import Integral
from numbers import Real
from typing import Any
from typing import ParamSpec
from typing import TypeVar

P = ParamSpec("P")
R = TypeVar("R")
NONE_NEAR = "Pass one of these."


def check_number(  # noqa: PLR0913  a range, and how to speak of it
    name: str,
    value: Any,
    low: float = -math.inf,
    high: float = math.inf,
    *,
    above: float = -math.inf,
    below: float = math.inf,
    integer: bool = False,
    advice: str = "",
) -> Any:
    """Returns a number that lies in a range.

    Args:
        name: Of the argument.
        value: What was passed; numbers of NumPy are numbers, booleans are not.
        low: The lowest number that is allowed.
        high: The highest one.
        above: It must be greater than this.
        below: It must be less than this.
        integer: Whether it must be whole; then it is returned as `int`.
        advice: How to mend it.

    Raises:
        ValueError: It is no number, not finite, or outside of the range.

    Example:

    >>> check_number("rate", 0.5, 0, 1)
    0.5
    >>> check_number("steps", True, 1, integer=True)
    Traceback (most recent call last):
    ValueError: Received: steps=True. Expected a whole number, 1 or more. \
Pass for example steps=1.
    """
    known = isinstance(value, Integral if integer else Real)
    known = known and not isinstance(value, bool) and math.isfinite(value)
    if known and low <= value <= high and above < value < below:
        return int(value) if integer else value
    kind = "a whole number" if integer else "a number"
    bounds = {
        "greater than {}": above,
        "{} or more": low,
        "{} or less": high,
        "less than {}": below,
    }
    said = [t.format(x) for t, x in bounds.items() if math.isfinite(x)]
    if math.isfinite(low) and math.isfinite(high):
        said = [f"from {low} to {high}"]
    example = next((x for x in (low, high) if math.isfinite(x)), 1)
    raise ValueError(
        f"Received: {name}={value!r}. Expected "
        f"{', '.join([kind, ' and '.join(said)] if said else [kind])}. "
        + (advice or f"Pass for example {name}={example}.")
    )


def check_name(name: str, kind: str, known: Collection[str]) -> str:
    """Returns a name that is known.

    Args:
        name: What was passed.
        kind: What it is the name of.
        known: All names.

    Raises:
        ValueError: It is unknown; the nearest one is suggested.
    """
    if name in known:
        return name
    near = difflib.get_close_matches(name, known, n=1)
    hint = f"Did you mean {near[0]!r}?" if near else NONE_NEAR
    raise ValueError(
        f"Unknown {kind} name. Received: {name!r}. "
        f"Expected one of {sorted(set(known))}. {hint}"
    )


def check_keywords(
    given: Iterable[str], function: Callable[..., Any], more: Iterable[str] = ()
) -> None:
    """Checks that a function takes each of the keywords.

    Args:
        given: Names of keywords.
        function: The function.
        more: Names that it takes beside those of its signature.

    Raises:
        TypeError: A keyword is unknown; the nearest one is suggested.
    """
    takes = inspect.signature(function).parameters
    named = {n for n, each in takes.items() if each.kind != each.VAR_KEYWORD}
    known = {*named, *more} - {"self"}
    for name in given:
        if name not in known:
            near = difflib.get_close_matches(name, known, n=1)
            hint = f"Did you mean `{near[0]}=`?" if near else NONE_NEAR
            raise TypeError(
                f"Received: {name}=. Expected one of {sorted(known)}. {hint}"
            )


def suggest_keywords(function: Callable[P, R]) -> Callable[P, R]:
    """Makes a function answer an unknown keyword with the nearest known one.

    Example:

    >>> @suggest_keywords
    ... def split(labels, *, num_labeled):
    ...     return labels[:num_labeled]
    >>> split([1, 2], num_labelled=1)
    Traceback (most recent call last):
    TypeError: Received: num_labelled=. Expected one of ['labels', \
'num_labeled']. Did you mean `num_labeled=`?
    """

    @functools.wraps(function)
    def checked(*args: P.args, **kwargs: P.kwargs) -> R:
        check_keywords(kwargs, function)
        return function(*args, **kwargs)

    return checked


def check_compiled(model: Any) -> None:
    """Raises a `ValueError` unless a model has an optimizer."""
    if getattr(model, "optimizer", None) is None:
        raise ValueError(
            f"Received: {model.name!r}, a model that is not compiled. Expected "
            "an optimizer and a loss. Call `model.compile(...)` first."
        )


def are_arrays(data: Any) -> bool:
    """Tells whether data are an array, or several in a tuple or list.

    Example:

    >>> import numpy as np
    >>> are_arrays(np.zeros(3)), are_arrays((np.zeros(3), [0]))
    (True, False)
    """
    parts = data if isinstance(data, tuple | list) else [data]
    return all(hasattr(each, "shape") for each in parts)

"""The four parts that data come in, and checks that speak of each of them."""

import contextlib
import re
from collections.abc import Iterator

ROLES = ("labeled", "unlabeled", "validation", "test")


def form(role: str) -> str:
    """Whether the data of a role come as `"labeled"` or `"unlabeled"` ones."""
    return "unlabeled" if role == "unlabeled" else "labeled"


@contextlib.contextmanager
def speaking_of(role: str, instead_of: str) -> Iterator[None]:
    """Lets the message of a check name the data that it was applied to.

    Args:
        role: Which data are checked.
        instead_of: Which data the check was written for.

    Raises:
        ValueError: The check did, with the other name in its message.
        TypeError: The check did, with the other name in its message.

    Example:
    >>> with speaking_of("test", instead_of="unlabeled"):
    ...     raise ValueError("Labeled and unlabeled images differ.")
    Traceback (most recent call last):
    ValueError: Labeled and test images differ.
    """
    try:
        yield
    except (ValueError, TypeError) as error:
        if role == instead_of:
            raise
        raise type(error)(_rename(str(error), instead_of, role)) from error


def _rename(text: str, old: str, new: str) -> str:
    renamed = re.sub(rf"\b{old}\b", new, text)
    renamed = re.sub(rf"\b{old.title()}\b", new.title(), renamed)
    return (
        renamed if new in renamed.lower() else f"In the {new} data: {renamed}"
    )

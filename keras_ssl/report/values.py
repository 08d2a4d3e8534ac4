"""Numbers and other values as people read them."""

import math
from typing import Any


def to_text(value: Any) -> str:
    """Writes a value for a reader: four digits, units of thousands, no braces.

    Example:
    >>> [to_text(each) for each in (0.12345, 60000, True, None, [8, 8, 1])]
    ['0.1235', '60,000', 'yes', '–', '8, 8, 1']
    """
    if isinstance(value, bool):
        return "yes" if value else "no"
    if is_number(value):
        return _number_text(value)
    if isinstance(value, dict):
        value = [f"{key}: {to_text(each)}" for key, each in value.items()]
    if isinstance(value, list | tuple):
        value = ", ".join(map(to_text, value))
    return "–" if value is None or value == "" else str(value)


def _number_text(value: float) -> str:
    if math.isnan(value):
        return "–"
    if 10000 <= abs(value) < 1e15:
        return f"{value:,.0f}"
    return str(value) if isinstance(value, int) else f"{value:.4g}"


def percent(share: float, digits: int = 1, unit: str = " %") -> str:
    """Writes a share as a percentage.

    Example:
    >>> percent(0.7123), percent(float("nan"))
    ('71.2 %', '–')
    """
    return "–" if math.isnan(share) else f"{100 * share:.{digits}f}{unit}"


def duration(seconds: float) -> str:
    """Writes seconds with the unit that suits them.

    Example:
    >>> duration(0.34), duration(75.2), duration(7261)
    ('0.3 s', '1 min 15 s', '2 h 1 min')
    """
    if round(seconds) < 60:
        return f"{seconds:.1f} s"
    minutes, rest = divmod(round(seconds), 60)
    if minutes < 60:
        return f"{minutes} min {rest} s"
    return f"{minutes // 60} h {minutes % 60} min"


def is_number(value: Any) -> bool:
    """Whether a value stands on the right of its column.

    Example:
    >>> is_number(3), is_number(True), is_number("3")
    (True, False, False)
    """
    return isinstance(value, int | float) and not isinstance(value, bool)

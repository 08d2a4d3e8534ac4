"""Numbers and other values as people read them."""

import math
from collections.abc import Mapping
from collections.abc import Sequence
from numbers import Integral
from numbers import Real
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
    return str(value) if isinstance(value, Integral) else f"{value:.4g}"


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


def about(seconds: float) -> str:
    """Writes seconds as an estimate.

    Example:
    >>> about(2), about(44), about(170), about(9000)
    ('a few seconds', 'about 40 s', 'about 3 min', 'about 2.5 h')
    """
    if seconds < 10:
        return "a few seconds"
    if seconds < 55:
        return f"about {round(seconds, -1):.0f} s"
    if seconds < 90 * 60:
        return f"about {max(1, round(seconds / 60))} min"
    return f"about {seconds / 3600:.1f} h"


def is_number(value: Any) -> bool:
    """Whether a value is a number, which a boolean is not.

    Example:
    >>> is_number(3), is_number(True), is_number("3")
    (True, False, False)
    """
    return isinstance(value, Real) and not isinstance(value, bool)


def format_table(rows: Sequence[Mapping[str, Any]]) -> str:
    """Renders one dictionary a row as an aligned Markdown table.

    The columns stand in the order in which the keys first appear. A key that a
    row lacks leaves an empty cell. Numbers are aligned on the right, and
    floating-point numbers have four significant digits; format them yourself
    for anything else.

    Args:
        rows: Dictionaries from the name of a column to the value in it.

    Returns:
        The lines of the table, without a newline at the end.

    Raises:
        ValueError: There are no rows, or none has a key.
        TypeError: A row is not a dictionary.

    Example:
    >>> print(
    ...     format_table(
    ...         [
    ...             {"method": "supervised", "accuracy": 0.71},
    ...             {"method": "fixmatch", "accuracy": 0.8312},
    ...         ]
    ...     )
    ... )
    | method     | accuracy |
    | :--------- | -------: |
    | supervised |     0.71 |
    | fixmatch   |   0.8312 |
    """
    _check_rows(rows)
    columns = list(dict.fromkeys(key for row in rows for key in row))
    return "\n".join(
        "| " + " | ".join(cells) + " |"
        for cells in zip(*(_column(key, rows) for key in columns), strict=True)
    )


def _check_rows(rows: Sequence[Mapping[str, Any]]) -> None:
    for row in rows:
        if not isinstance(row, Mapping):
            raise TypeError(
                f"Received: a row {row!r}. Expected a dictionary from column "
                "to value. Pass a list with one dictionary for each row."
            )
    if not any(rows):
        raise ValueError(
            f"Received: {rows!r}. Expected at least one row with a column. "
            "Pass a list with one dictionary for each row."
        )


def _column(key: str, rows: Sequence[Mapping[str, Any]]) -> list[str]:
    """The cells of one column: its name, the ruler below it, the values."""
    values = [row[key] for row in rows if key in row]
    numeric = all(is_number(value) for value in values)
    cells = [_cell(key), *(_cell(row.get(key, "")) for row in rows)]
    width = max(3, *map(len, cells))
    ruler = "-" * (width - 1)
    cells.insert(1, ruler + ":" if numeric else ":" + ruler)
    return [f"{cell:{'>' if numeric else '<'}{width}}" for cell in cells]


def _cell(value: Any) -> str:
    if is_number(value) and not isinstance(value, Integral):
        return f"{value:.4g}"
    return str(value).replace("|", "\\|").replace("\n", " ")

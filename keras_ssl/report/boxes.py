"""What is too wide or too long for a page: it scrolls, or is folded away."""

import re
from collections.abc import Mapping
from collections.abc import Sequence
from html import escape
from typing import Any

from keras_ssl.utils.text import is_number
from keras_ssl.utils.text import to_text

PERCENTAGE = re.compile(r"[\d.]+( %)?|–")
LONG_TABLE = 25  # rows beyond which a table is folded away


def table(rows: Sequence[Mapping[str, Any]], *, label: str) -> str:
    """A table in a box of its own, where it scrolls if it is too wide.

    Args:
        rows: Dictionaries from the name of a column to the value in it. The
            first column names the row.
        label: What the table holds.

    Example:
    >>> markup = table([{"class": "a", "recall": 0.5}], label="Classes")
    >>> '<td class="number">0.5</td>' in markup
    True
    """
    columns = list(dict.fromkeys(key for row in rows for key in row))
    kinds = {key: _kind([row.get(key) for row in rows]) for key in columns}
    head = "".join(
        f'<th scope="col"{kind}>{escape(key)}</th>'
        for key, kind in kinds.items()
    )
    body = "\n".join(_row(row, kinds) for row in rows)
    markup = box(
        f"<table><thead><tr>{head}</tr></thead>\n<tbody>{body}</tbody></table>",
        label=label,
    )
    if len(rows) <= LONG_TABLE:
        return markup
    return folded(f"{label}: {len(rows)} rows", markup)


def _row(row: Mapping[str, Any], kinds: Mapping[str, str]) -> str:
    """One row; the cell in the first column is its heading."""
    cells = []
    for index, (key, kind) in enumerate(kinds.items()):
        text = escape(to_text(row[key])) if key in row else ""
        if index:
            cells.append(f"<td{kind}>{text}</td>")
        else:
            cells.append(f'<th scope="row"{kind}>{text}</th>')
    return f"<tr>{''.join(cells)}</tr>"


def _kind(values: Sequence[Any]) -> str:
    """How a column is set: numbers on the right, sentences with room."""
    present = [each for each in values if each is not None]
    numeric = (is_number(x) or PERCENTAGE.fullmatch(str(x)) for x in present)
    if present and all(numeric):
        return ' class="number"'
    if any(len(to_text(each)) > 30 for each in present):
        return ' class="long"'
    return ""


def box(markup: str, *, label: str) -> str:
    """A box that scrolls by itself, also by keyboard.

    Example:
    >>> box("wide", label="Rates")
    '<div class="box" role="region" aria-label="Rates" tabindex="0">wide</div>'
    """
    return (
        f'<div class="box" role="region" aria-label="{escape(label)}" '
        f'tabindex="0">{markup}</div>'
    )


def folded(summary: str, markup: str) -> str:
    """Markup that is shown on request.

    Example:
    >>> folded("More", "<p>Words</p>")
    '<details><summary>More</summary><p>Words</p></details>'
    """
    return f"<details><summary>{escape(summary)}</summary>{markup}</details>"


def preformatted(text: str, *, label: str) -> str:
    """A text whose columns stand as they do in a terminal.

    Example:
    >>> "<pre>a  b</pre>" in preformatted("a  b", label="Data")
    True
    """
    return box(f"<pre>{escape(text)}</pre>", label=label)

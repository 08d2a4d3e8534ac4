"""The page of a report, from the templates beside this file."""

import re
from collections.abc import Mapping
from collections.abc import Sequence
from typing import Any

from keras_ssl.plots.svg import svg_address
from keras_ssl.report.figures import Picture
from keras_ssl.report.figures import draw_pictures
from keras_ssl.report.record import Record
from keras_ssl.report.sections import make_sections
from keras_ssl.utils.text import is_number
from keras_ssl.utils.text import percent
from keras_ssl.utils.text import to_text

PERCENTAGE = re.compile(r"[\d.]+( %)?|–")
LONG = 30  # characters of a cell whose column needs room


def to_page(
    report: Record, pictures: Mapping[str, Picture] | None = None
) -> str:
    """Renders the page of a report; it refers to nothing outside of itself.

    Args:
        report: The report.
        pictures: Its figures, if they are drawn already.

    Returns:
        HTML in which every text of the report is escaped.

    Raises:
        ImportError: Jinja2 or Matplotlib is not installed.

    Example:
    >>> "<h1>a</h1>" in to_page(keras_ssl.report.TrainingReport(0, name="a"))
    True
    """
    template = _templates().get_template("report.html")
    pictures = draw_pictures(report) if pictures is None else pictures
    sections = make_sections(report, pictures)
    return template.render(report=report, sections=sections)


def _templates() -> Any:
    try:
        import jinja2
    except ImportError as error:
        raise ImportError(
            f"Received: {error}. A page expects Jinja2 to be installed. "
            'Install it with `pip install "keras_ssl[report]"`.'
        ) from error
    templates = jinja2.Environment(
        loader=jinja2.PackageLoader("keras_ssl.report"),
        autoescape=True,
        undefined=jinja2.StrictUndefined,
        trim_blocks=True,
        lstrip_blocks=True,
    )
    templates.filters |= {
        "address": svg_address,
        "columns": columns,
        "percent": percent,
        "text": to_text,
    }
    return templates


def columns(rows: Sequence[Mapping[str, Any]]) -> dict[str, str]:
    """How to set each column of a table: as numbers, as sentences, or neither.

    Args:
        rows: Dictionaries from the name of a column to the value in it.

    Returns:
        "number", "long" or "" by the name of the column.

    Example:
    >>> columns([{"class": "cat", "recall": "98.7 %", "note": "word " * 9}])
    {'class': '', 'recall': 'number', 'note': 'long'}
    """
    names = dict.fromkeys(key for row in rows for key in row)
    return {name: _kind([row.get(name) for row in rows]) for name in names}


def _kind(values: Sequence[Any]) -> str:
    present = [each for each in values if each is not None]
    numeric = (is_number(x) or PERCENTAGE.fullmatch(str(x)) for x in present)
    if present and all(numeric):
        return "number"
    return "long" if any(len(to_text(x)) > LONG for x in present) else ""

"""What a search found, for a report."""

from dataclasses import dataclass
from dataclasses import field
from typing import Any

from keras_ssl.report.plain import to_plain
from keras_ssl.report.svg import Drawing


@dataclass
class Finding:
    """The result of a finder: words, numbers and a figure.

    Args:
        title: What was searched, for example "Learning rate".
        text: What was found, and how, in a sentence.
        rows: A table, one dictionary a row.
        figure: SVG text; Matplotlib axes or a figure; or a function without
            arguments that returns one, called when the report is written.

    Example:
    >>> finding = Finding("Learning rate", rows=[{"rate": np.float64(0.01)}])
    >>> finding.rows
    [{'rate': 0.01}]
    """

    title: str
    text: str = ""
    rows: list[dict[str, Any]] = field(default_factory=list)
    figure: "Drawing | None" = field(default=None, compare=False)

    def __post_init__(self) -> None:
        """Keeps what can be saved unchanged."""
        self.rows = to_plain(self.rows)

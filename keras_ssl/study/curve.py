"""`LabelCurve`: accuracy against the number of labels, and what these save."""

import contextlib
import dataclasses
import math
import pathlib
from collections.abc import Mapping
from collections.abc import Sequence
from typing import Any

from keras_ssl.plots.studies import plot_label_curve
from keras_ssl.plots.svg import to_svg
from keras_ssl.study.comparison import Comparison
from keras_ssl.study.labels_worth import draw_interval
from keras_ssl.study.labels_worth import labels_for
from keras_ssl.study.tables import spread
from keras_ssl.utils.folder import write_text
from keras_ssl.utils.text import format_table


@dataclasses.dataclass(frozen=True)
class LabelCurve:
    """Accuracy against the number of labels.

    Args:
        comparisons: By number of labels, in ascending order. Their controls are
            rows without unlabeled images.

    Example:

    >>> def found(**rows):
    ...     runs = [
    ...         {"row": row, "seed": 0, "accuracy": accuracy, "seconds": 1.0}
    ...         for row, accuracy in rows.items()
    ...     ]
    ...     return Comparison(runs, ["control"], {})
    >>> curve = LabelCurve(
    ...     {
    ...         40: found(control=0.6, FixMatch=0.8),
    ...         250: found(control=0.8, FixMatch=0.85),
    ...     }
    ... )
    >>> print(curve.words)
    40 labels with FixMatch are worth 250 with control.
    250 labels with FixMatch are worth more than 250 with control.
    """

    comparisons: Mapping[int, Comparison]

    @property
    def controls(self) -> Sequence[str]:
        """The rows to compare with; where they differ, the best counts."""
        return next(iter(self.comparisons.values())).controls

    def worth(self, row: str, labels: int) -> float:
        """The number of labels that gives the control the accuracy of a row.

        Between two numbers of labels that were measured, the accuracy of the
        control is taken to be a straight line over the logarithm.

        Args:
            row: The row.
            labels: One of the numbers that were measured.

        Returns:
            A number of labels; `inf` if the control does not get there with the
            most that were measured, 0 if it is there with the fewest.
        """
        goal = self.comparisons[labels].summaries[row].mean
        means = {
            count: max(found.summaries[name].mean for name in self.controls)
            for count, found in self.comparisons.items()
        }
        return labels_for(goal, means)

    def interval(self, row: str, labels: int) -> tuple[float, float]:
        """A 95 % interval of `worth`, by bootstrap over the seeds.

        Args:
            row: The row.
            labels: One of the numbers that were measured.

        Returns:
            Lowest and highest of the middle 95 % of what 2,000 draws of as many
            seeds, with replacement, are worth; `nan` of a single seed. Few
            seeds make it too narrow.
        """
        controls = {
            count: [found.accuracy[name] for name in self.controls]
            for count, found in self.comparisons.items()
        }
        return draw_interval(self.comparisons[labels].accuracy[row], controls)

    @property
    def words(self) -> str:
        """Says what labels are worth, a sentence for each row and number."""
        control = self.controls[0]
        if len(self.controls) > 1:
            control = f"the best of {', '.join(self.controls)}"
        lines = []
        for labels, found in self.comparisons.items():
            for row in found.accuracy:
                if row in self.controls:
                    continue
                worth = self._text(self.worth(row, labels))
                low, high = map(self._text, self.interval(row, labels))
                chance = f" ({low} to {high})" if low != high else ""
                lines.append(
                    f"{labels:,} labels with {row} are worth {worth}{chance} "
                    f"with {control}."
                )
        if any(")" in line for line in lines):
            lines.append(
                "In brackets: 95 % of what seeds drawn anew, with replacement, "
                "are worth."
            )
        return "\n".join(lines)

    def _text(self, worth: float) -> str:
        counts = list(self.comparisons)
        if math.isnan(worth):
            return ""
        if math.isinf(worth):
            return f"more than {counts[-1]:,}"
        return f"{worth:,.0f}" if worth else f"fewer than {counts[0]:,}"

    def to_markdown(self) -> str:
        """A line for each row, a column for each number of labels."""
        names = list(next(iter(self.comparisons.values())).accuracy)
        return format_table(
            [
                {"row": name}
                | {
                    f"{labels:,} labels": spread(
                        100 * found.summaries[name].mean,
                        100 * found.summaries[name].deviation,
                    )
                    for labels, found in self.comparisons.items()
                }
                for name in names
            ]
        )

    def __str__(self) -> str:
        return f"{self.to_markdown()}\n\n{self.words}"

    def plot(self, ax: Any = None) -> Any:
        """Draws the accuracy of each row against the number of labels.

        Args:
            ax: Matplotlib axes to draw on; those of a new figure by default.

        Returns:
            The Matplotlib axes.
        """
        return plot_label_curve(
            {
                labels: {
                    row: list(values.values())
                    for row, values in found.accuracy.items()
                }
                for labels, found in self.comparisons.items()
            },
            ax=ax,
        )

    def save(self, folder: str | pathlib.Path) -> None:
        """Writes tables and figures into a folder.

        Args:
            folder: Gets `label_curve.md`, `label_curve.svg` where Matplotlib is
                installed, and for each number of labels a folder with what
                `Comparison.save` writes.
        """
        folder = pathlib.Path(folder)
        for labels, found in self.comparisons.items():
            found.save(folder / f"{labels}")
        write_text(folder / "label_curve.md", f"{self}\n")
        with contextlib.suppress(ImportError):
            write_text(folder / "label_curve.svg", to_svg(self.plot))

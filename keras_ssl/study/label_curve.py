"""`label_curve`: accuracy against the number of labels, and what these save."""

import dataclasses
import math
import pathlib
from collections.abc import Mapping
from collections.abc import Sequence
from typing import Any

import numpy as np

from keras_ssl.report.label_curve import plot_label_curve
from keras_ssl.report.table import format_table
from keras_ssl.study.compare import compare
from keras_ssl.study.comparison import Comparison
from keras_ssl.study.text import spread


@dataclasses.dataclass(frozen=True)
class LabelCurve:
    """Accuracy against the number of labels.

    Args:
        comparisons: By number of labels, in ascending order.
        control: The row without unlabeled images.

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
    ...     },
    ...     control="control",
    ... )
    >>> print(curve.words)
    40 labels with FixMatch are worth 250 with control.
    250 labels with FixMatch are worth more than 250 with control.
    """

    comparisons: Mapping[int, Comparison]
    control: str

    def worth(self, row: str, labels: int) -> float:
        """How many labels the control needs for the accuracy of a row.

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
        counts = list(self.comparisons)
        means = [
            each.summaries[self.control].mean
            for each in self.comparisons.values()
        ]
        # More labels are not taken to be worse, though a few runs may say so;
        # what no more labels improve was there with the fewest.
        highest = np.maximum.accumulate(means)
        reached, first = np.unique(highest, return_index=True)
        if goal > reached[-1]:
            return math.inf
        if goal < reached[0]:
            return 0.0
        return float(np.exp(np.interp(goal, reached, np.log(counts)[first])))

    @property
    def words(self) -> str:
        """What labels are worth, a sentence for each row and number."""
        counts = list(self.comparisons)
        lines = []
        for labels, found in self.comparisons.items():
            for row in found.accuracy:
                if row == self.control:
                    continue
                worth = self.worth(row, labels)
                number = f"{worth:,.0f}"
                if math.isinf(worth):
                    number = f"more than {counts[-1]:,}"
                elif not worth:
                    number = f"fewer than {counts[0]:,}"
                lines.append(
                    f"{labels:,} labels with {row} are worth {number} with "
                    f"{self.control}."
                )
        return "\n".join(lines)

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


def label_curve(
    rows: Mapping[str, Any],
    *args: Any,
    labels: Sequence[int] = (40, 100, 250, 1000),
    control: str | None = None,
    folder: str | pathlib.Path | None = None,
    **kwargs: Any,
) -> LabelCurve:
    """Compares rows with several numbers of labels.

    Args:
        rows: As in `compare`.
        *args: Those of `compare` after `rows`: network, training and test data.
        labels: Numbers of labels.
        control: The row without unlabeled images, by default the first.
        folder: Gets a folder for each number of labels.
        **kwargs: Others of `compare`.

    Returns:
        The `LabelCurve`; print it, or `plot()` it.

    Example:

    >>> (x, y), test = keras_ssl.data.load_digits()
    >>> def network():
    ...     layers = [keras.layers.Flatten(), keras.layers.Dense(10)]
    ...     return keras.Sequential([keras.Input((8, 8, 1)), *layers])
    >>> recipe = keras_ssl.recipes.fixmatch(
    ...     steps=5, batch_size=8, strong="cutout"
    ... )
    >>> rows = {"control": recipe.control(), "FixMatch": recipe}
    >>> curve = label_curve(
    ...     rows, network, (x, y), test, labels=[20, 50], seeds=1, verbose=0
    ... )
    >>> list(curve.comparisons)
    [20, 50]
    """
    control = next(iter(rows)) if control is None else control
    found = {}
    for count in sorted(labels):
        inner = None if folder is None else pathlib.Path(folder) / str(count)
        found[count] = compare(
            rows,
            *args,
            labels=count,
            control=control,
            folder=inner,
            **kwargs,
        )
    return LabelCurve(found, control)

"""The results of a study as text: a table, and what it shows in sentences."""

import math
from collections.abc import Mapping
from collections.abc import Sequence
from typing import Any

from keras_ssl.utils.text import format_table


def format_rows(rows: Sequence[Mapping[str, Any]], control: str) -> str:
    """The rows of a `Comparison` as a table in Markdown.

    Args:
        rows: A dictionary a row, as `Comparison.rows` has them.
        control: The row that gains are over.

    Returns:
        The table; cells without a number are empty.
    """
    lines = []
    for row in rows:
        gain = _plus(row["gain"], row["deviation of gain"])
        lines.append(
            {
                "row": row["row"],
                "accuracy (%)": spread(row["accuracy (%)"], row["deviation"]),
                "95 %": _number("± {:.2f}", row["95 % interval"]),
                f"gain over {control}": gain,
                "p": _chance(row["p"]),
                "Holm": _chance(row["p, Holm"]),
                "exact": _chance(row["p, exact"]),
                "seconds": _number("{:.0f}", row["seconds"]),
                "images/s": _number("{:,.0f}", row["images/s"]),
            }
        )
    return format_table(lines)


def explain(
    setup: Mapping[str, Any],
    *,
    seeds: int,
    control: str,
    controls: int,
    tests: int,
    versions: Sequence[str] = (),
) -> str:
    """Explains in sentences what was measured, and how.

    Args:
        setup: What all runs share.
        seeds: How many.
        control: The row that gains are over.
        controls: How many it was the best of.
        tests: How many p-values there are.
        versions: Versions of the libraries that the runs used.

    Example:

    >>> text = explain({}, seeds=3, control="plain", controls=1, tests=2)
    >>> text.partition(", the same for each row.")[0]
    '3 seeds decide which images have labels, the first weights and the order'
    """
    held = setup.get("validation", 0)
    parts = [
        f"{setup['labels']:,} of {setup['train images']:,} training images "
        "have labels, equally many of each class; "
        f"{held:,} of them serve for validation."
        if "labels" in setup
        else "",
        f"{seeds} seeds decide which images have labels, the first "
        "weights and the order, the same for each row."
        if seeds > 1
        else "One seed decides which images have labels, the first weights and "
        "the order: this says nothing of chance.",
        "Accuracies are of the last step, with averaged weights where a row "
        f"has them, on the {setup['test images']:,} images that it was given "
        "to test on, which a run reads once, after training."
        if "test images" in setup
        else "",
        "± is the standard deviation over seeds, 95 % the interval of the "
        f"mean. Gains are over {control}"
        + (", the better control" if controls > 1 else "")
        + ", between equal seeds; p is of a paired t-test, Holm the same "
        f"corrected for {tests} rows, exact of all flips of sign.",
        f"Made with {'; '.join(versions)}." if versions else "",
    ]
    return " ".join(part for part in parts if part)


def spread(mean: float, deviation: float) -> str:
    """A mean and its standard deviation, if there is one.

    Example:

    >>> spread(81.234, 0.5), spread(81.234, float("nan"))
    ('81.23 ± 0.50', '81.23')
    """
    if math.isnan(deviation):
        return f"{mean:.2f}"
    return f"{mean:.2f} ± {deviation:.2f}"


def _plus(mean: float, deviation: float) -> str:
    return (
        ""
        if math.isnan(mean)
        else f"+{spread(mean, deviation)}".replace("+-", "-")
    )


def _number(form: str, value: float) -> str:
    return "" if math.isnan(value) else form.format(value)


def _chance(p: float) -> str:
    return "< 0.001" if p < 0.001 else _number("{:.3f}", p)

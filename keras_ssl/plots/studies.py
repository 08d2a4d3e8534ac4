"""Several runs of a row: dots with an interval, and curves with a band."""

import math
from collections.abc import Mapping
from collections.abc import Sequence
from itertools import cycle
from itertools import islice
from textwrap import fill
from typing import TYPE_CHECKING
from typing import TypeAlias

import numpy as np

from keras_ssl.plots.axes import COLORS
from keras_ssl.plots.axes import get_axes

if TYPE_CHECKING:
    from matplotlib.axes import Axes


# Where along training, and the value there.
Curve: TypeAlias = tuple[Sequence[float], Sequence[float]]
POINTS = 100
LONGEST = 24  # letters of a word that is not broken below a bar


def plot_runs(
    values: Mapping[str, Sequence[float]],
    *,
    intervals: Mapping[str, float] | None = None,
    xlabel: str = "Test accuracy (%)",
    ax: "Axes | None" = None,
) -> "Axes":
    """Draws each run as a dot, and the mean of each row with its interval.

    Args:
        values: Accuracies of the runs of each row, from 0 to 1.
        intervals: Half the length of the interval of each mean; rows without
            one, or with `nan`, have none.
        xlabel: Name of the horizontal axis, with the unit.
        ax: Matplotlib axes to draw on; those of a new figure by default.

    Returns:
        The Matplotlib axes.

    Raises:
        ValueError: There are no rows.
        ImportError: Matplotlib is not installed.

    Example:
    >>> ax = plot_runs({"control": [0.80, 0.82], "FixMatch": [0.83, 0.84]})
    >>> [label.get_text() for label in ax.get_yticklabels()]
    ['control', 'FixMatch']
    """
    if not values:
        raise ValueError(
            "Received: no rows. Expected the accuracies of one at least. Pass "
            'a dictionary such as {"FixMatch": [0.83, 0.84]}.'
        )
    ax = get_axes(ax, (6.0, 0.8 + 0.45 * len(values)))
    for place, (row, runs) in enumerate(values.items()):
        heights = [100 * value for value in runs]
        ax.scatter(
            heights,
            [place] * len(heights),
            s=18,
            color=COLORS[5],
            zorder=2,
            label="a run" if not place else None,
        )
        half = 100 * (intervals or {}).get(row, math.nan)
        ax.errorbar(
            np.mean(heights),
            place,
            xerr=None if math.isnan(half) else half,
            fmt="|",
            markersize=14,
            capsize=4,
            color=COLORS[0],
            zorder=3,
            label="mean, 95 % interval" if not place else None,
        )
    names = [fill(name, 24, break_on_hyphens=False) for name in values]
    ax.set_yticks(range(len(values)), names)
    ax.set_ylim(len(values) - 0.5, -0.5)
    ax.set_xlabel(xlabel)
    ax.grid(axis="x", color="0.9", zorder=0)
    ax.spines[["top", "right", "left"]].set_visible(False)
    ax.legend(loc="lower right", bbox_to_anchor=(1, 1), ncols=2, frameon=False)
    return ax


def plot_curves(
    curves: Mapping[str, Sequence[Curve]],
    *,
    xlabel: str,
    ylabel: str,
    ax: "Axes | None" = None,
) -> "Axes":
    """Draws the mean of the runs of each row, over a band from least to most.

    Args:
        curves: Of each row, its runs: places along training, and values there.
            Runs of other lengths are compared up to where the shortest ends.
        xlabel: What the places are.
        ylabel: What the values are.
        ax: Matplotlib axes to draw on; those of a new figure by default.

    Returns:
        The Matplotlib axes.

    Raises:
        ValueError: There are no curves.
        ImportError: Matplotlib is not installed.

    Example:
    >>> ax = plot_curves(
    ...     {"FixMatch": [([1, 2], [0.5, 0.7]), ([1, 2], [0.6, 0.8])]},
    ...     xlabel="epoch",
    ...     ylabel="val_accuracy",
    ... )
    >>> float(ax.lines[0].get_ydata()[-1])
    0.75
    """
    if not curves:
        raise ValueError(
            f"Received: no run that has {ylabel!r}. Expected curves of one row "
            "at least. Name a value that is in the logs of `fit`; for those of "
            "validation images, keep some with `validation=`."
        )
    ax = get_axes(ax, (6.0, 4.0))
    for (row, runs), color in zip(curves.items(), cycle(COLORS), strict=False):
        end = min(places[-1] for places, _ in runs)
        begin = min(end, max(places[0] for places, _ in runs))
        grid = np.linspace(begin, end, POINTS)
        heights = np.array([np.interp(grid, *run) for run in runs])
        ax.plot(grid, heights.mean(axis=0), color=color, label=row)
        ax.fill_between(
            grid,
            heights.min(axis=0),
            heights.max(axis=0),
            color=color,
            alpha=0.15,
            linewidth=0,
        )
    ax.set_xlabel(xlabel)
    ax.set_ylabel(ylabel)
    ax.legend(frameon=False)
    ax.spines[["top", "right"]].set_visible(False)
    return ax


def plot_label_curve(
    values: Mapping[int, Mapping[str, Sequence[float]]],
    *,
    ax: "Axes | None" = None,
) -> "Axes":
    """Draws the mean of each row against the number of labels, and every run.

    Args:
        values: By number of labels and row, accuracies of runs, from 0 to 1.
        ax: Matplotlib axes to draw on; those of a new figure by default.

    Returns:
        The Matplotlib axes, whose horizontal one is logarithmic.

    Raises:
        ImportError: Matplotlib is not installed.

    Example:
    >>> ax = plot_label_curve({40: {"control": [0.6]}, 250: {"control": [0.8]}})
    >>> ax.lines[0].get_ydata().tolist()
    [60.0, 80.0]
    """
    ax = get_axes(ax, (5.5, 4.0))
    rows = list(dict.fromkeys(row for each in values.values() for row in each))
    for row, color in zip(rows, cycle(COLORS), strict=False):
        runs = {
            count: 100 * np.asarray(each[row])
            for count, each in values.items()
            if row in each
        }
        means = [float(each.mean()) for each in runs.values()]
        ax.plot(list(runs), means, color=color, label=row, marker="_")
        for count, each in runs.items():
            ax.scatter([count] * len(each), each, s=12, color=color, alpha=0.5)
    ax.set_xscale("log")
    ax.set_xticks(list(values), [f"{count:,}" for count in values])
    ax.minorticks_off()
    ax.set_xlabel("Labels")
    ax.set_ylabel("Test accuracy (%)")
    ax.grid(color="0.9")
    ax.legend(frameon=False)
    ax.spines[["top", "right"]].set_visible(False)
    return ax


def plot_comparison(
    results: Mapping[str, float],
    *,
    errors: Mapping[str, float] | None = None,
    chance: float | None = None,
    ylabel: str = "Test accuracy (%)",
    ax: "Axes | None" = None,
) -> "Axes":
    """Draws one bar for each accuracy, in percent, with its value above it.

    Args:
        results: Accuracy of each model by name, from 0 to 1, as
            `model.evaluate` returns it.
        errors: Half the length of the error bar of each name in `results`, say
            the standard deviation over seeds, from 0 to 1.
        chance: Accuracy of guessing, from 0 to 1; drawn as a dashed line.
        ylabel: Name of the vertical axis, with the unit.
        ax: Matplotlib axes to draw on; those of a new figure by default.

    Returns:
        The Matplotlib axes.

    Raises:
        ValueError: A number lies outside [0, 1], or `results` is empty, or the
            names in `errors` are not those in `results`.
        ImportError: Matplotlib is not installed.

    Example:
    >>> ax = plot_comparison(
    ...     {"Supervised": 0.712, "FixMatch": 0.831},
    ...     errors={"Supervised": 0.012, "FixMatch": 0.008},
    ...     chance=0.1,
    ... )
    >>> [text.get_text() for text in ax.texts]
    ['71.2 ± 1.2', '83.1 ± 0.8']
    """
    _check(results, errors, chance)
    longest = max(len(word) for name in results for word in name.split() or "-")
    characters = min(max(14, longest), LONGEST)
    width = (0.4 + 0.08 * characters) * len(results)
    ax = get_axes(ax, (max(4.0, width), 4.0))
    heights = [100 * value for value in results.values()]
    spreads = [100 * errors[name] for name in results] if errors else None
    bars = ax.bar(
        range(len(results)),
        heights,
        yerr=spreads,
        capsize=4,
        color=list(islice(cycle(COLORS), len(results))),
    )
    ax.bar_label(bars, labels=_texts(heights, spreads), padding=3)
    names = [fill(name, characters, break_on_hyphens=False) for name in results]
    ax.set_xticks(range(len(results)), names)
    ax.set_ylabel(ylabel)
    ax.margins(y=0.12)
    if chance is not None:
        ax.axhline(100 * chance, linestyle="--", color="0.1", label="Chance")
        ax.legend(loc="lower right", bbox_to_anchor=(1, 1), frameon=False)
    ax.spines[["top", "right"]].set_visible(False)
    return ax


def _texts(heights: list[float], spreads: list[float] | None) -> list[str]:
    if spreads is None:
        return [f"{height:.1f}" for height in heights]
    pairs = zip(heights, spreads, strict=True)
    return [f"{height:.1f} ± {spread:.1f}" for height, spread in pairs]


def _check(
    results: Mapping[str, float],
    errors: Mapping[str, float] | None,
    chance: float | None,
) -> None:
    if not results:
        raise ValueError(
            f"Received: results={results!r}. Expected at least one accuracy. "
            'Pass a dictionary such as {"FixMatch": 0.83}.'
        )
    if errors and set(errors) != set(results):
        raise ValueError(
            f"Received: errors for {sorted(errors)}. Expected one for each of "
            f"{sorted(results)}. Use the same names in `results` and `errors`."
        )
    numbers = {**results, **({} if chance is None else {"chance": chance})}
    for name, value in [*numbers.items(), *(errors or {}).items()]:
        if not 0 <= value <= 1:
            raise ValueError(
                f"Received: {value!r} for {name!r}. Expected a number from 0 "
                "to 1, as `model.evaluate` returns it. Divide percentages by "
                "100."
            )

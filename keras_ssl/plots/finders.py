"""The losses of a learning rate range test."""

import itertools
from collections.abc import Mapping
from collections.abc import Sequence
from typing import TYPE_CHECKING
from typing import Any
from typing import TypeAlias

from keras_ssl.plots.axes import COLORS
from keras_ssl.plots.axes import get_axes

if TYPE_CHECKING:
    from matplotlib.axes import Axes


Curve: TypeAlias = Mapping[str, Sequence[float]]


def plot_range_test(
    curves: Sequence[Curve],
    *,
    suggestions: Mapping[str, float | None] | None = None,
    chosen: str | None = None,
    ylabel: str = "Loss",
    ax: "Axes | None" = None,
) -> "Axes":
    """Draws losses over learning rates, and the rates that rules suggest.

    Losses far above the first ones are cut off.

    Args:
        curves: One dictionary a range test, with "rates" and "losses" of equal
            length, and "smooth" losses if there are any: losses are then dots
            and the smooth ones a line.
        suggestions: The learning rate of each rule by name; `None` for a rule
            without.
        chosen: The rule whose rate was taken; drawn as a solid line, the others
            as dashed ones.
        ylabel: Name of the loss.
        ax: Matplotlib axes to draw on; those of a new figure by default.

    Returns:
        The Matplotlib axes.

    Raises:
        ValueError: There is no curve with a loss.
        ImportError: Matplotlib is not installed.

    Example:
    >>> curve = {"rates": [0.001, 0.01, 0.1], "losses": [2.0, 1.0, 3.0]}
    >>> ax = plot_range_test([curve], suggestions={"valley": 0.01})
    >>> ax.get_xlabel(), ax.get_xscale()
    ('Learning rate', 'log')
    """
    curves = [curve for curve in curves if len(curve["losses"])]
    if not curves:
        raise ValueError(
            "Received: no losses. Expected at least one range test that made a "
            "step. Lower the first learning rate."
        )
    ax = get_axes(ax, (6.0, 4.0))
    ax.set_xscale("log")
    for curve in curves:
        _draw(ax, curve)
    _draw_suggestions(ax, suggestions or {}, chosen)
    ax.set_ylim(*_limits(curves))
    ax.set_xlabel("Learning rate")
    ax.set_ylabel(ylabel)
    ax.spines[["top", "right"]].set_visible(False)
    if ax.get_legend_handles_labels()[1]:
        ax.legend(frameon=False)
    return ax


def _draw(ax: "Axes", curve: Curve) -> None:
    line = curve.get("smooth", curve["losses"])
    ax.plot(curve["rates"], line, color=COLORS[0], alpha=0.8)
    if "smooth" in curve:
        ax.plot(curve["rates"], curve["losses"], ".", color="0.6", markersize=3)


def _draw_suggestions(
    ax: "Axes", suggestions: Mapping[str, float | None], chosen: str | None
) -> None:
    rates = {n: rate for n, rate in suggestions.items() if rate is not None}
    colors = itertools.cycle(COLORS[1:])
    for color, (name, rate) in zip(colors, rates.items(), strict=False):
        ax.axvline(
            rate,
            color=color,
            linestyle="-" if name == chosen else "--",
            linewidth=2 if name == chosen else 1,
            label=f"{name}: {rate:.2g}" + " (chosen)" * (name == chosen),
        )


def _limits(curves: Sequence[Curve]) -> tuple[float, float]:
    first = max(curve["losses"][0] for curve in curves)
    lowest = min(min(curve["losses"]) for curve in curves)
    highest = max(max(curve["losses"]) for curve in curves)
    margin = max(first - lowest, 1e-6)
    return lowest - 0.1 * margin, min(highest, first + 0.5 * margin) + (
        0.05 * margin
    )


MIB = 2**20


def plot_batch_sizes(
    rates: Mapping[int, float],
    *,
    memory: Mapping[int, int | None] | None = None,
    budget: float | None = None,
    chosen: int | None = None,
    ax: "Axes | None" = None,
) -> "Axes":
    """Draws images per second, and peak memory on an axis on the right.

    Args:
        rates: Images per second at each batch size.
        memory: Bytes at each batch size; `None` where they are not known.
        budget: Bytes that may be taken: a line, where it is not far above the
            memory.
        chosen: The batch size that was taken.
        ax: Matplotlib axes to draw on; those of a new figure by default.

    Returns:
        The Matplotlib axes of the speed.

    Raises:
        ValueError: There are no rates.
        ImportError: Matplotlib is not installed.

    Example:
    >>> ax = plot_batch_sizes({16: 700, 32: 960, 64: 990}, chosen=32)
    >>> ax.get_xlabel(), ax.get_ylabel()
    ('Batch size', 'Images per second')
    """
    if not rates:
        raise ValueError(
            "Received: no rates. Expected images per second at one batch size "
            "at least. Pass those of a search that has ended."
        )
    ax = get_axes(ax, (6.0, 4.0))
    _draw_rates(ax, rates, chosen)
    known = {s: m / MIB for s, m in (memory or {}).items() if m is not None}
    if known:
        _draw_memory(ax, known, None if budget is None else budget / MIB)
    ax.set_xscale("log", base=2)
    ax.set_xticks(list(rates), labels=[str(size) for size in rates])
    ax.set_xlabel("Batch size")
    ax.spines["top"].set_visible(False)
    return ax


def _draw_rates(
    ax: "Axes", rates: Mapping[int, float], chosen: int | None
) -> None:
    ax.plot(list(rates), list(rates.values()), "o-", color=COLORS[0])
    ax.set_ylabel("Images per second", color=COLORS[0])
    ax.set_ylim(0, 1.15 * max(rates.values()))
    if chosen is not None:
        ax.axvline(
            chosen, color="0.6", linestyle="--", label=f"chosen: {chosen}"
        )
        ax.legend(frameon=False, loc="upper left")


def _draw_memory(
    ax: "Axes", memory: Mapping[int, float], budget: float | None
) -> None:
    right = ax.twinx()
    right.plot(list(memory), list(memory.values()), "s:", color=COLORS[1])
    right.set_ylabel("Peak memory (MiB)", color=COLORS[1])
    top = max(memory.values())
    if budget is not None and budget < 3 * top:
        right.axhline(budget, color=COLORS[1], linewidth=1)
        right.annotate(
            "may be taken",
            (1, budget),
            xycoords=("axes fraction", "data"),
            xytext=(-4, 3),
            textcoords="offset points",
            ha="right",
            color=COLORS[1],
        )
        top = max(top, budget)
    right.set_ylim(0, 1.15 * top)
    right.spines["top"].set_visible(False)


def plot_augmentation_search(
    baseline: float,
    trials: Sequence[Mapping[str, Any]],
    *,
    ax: "Axes | None" = None,
) -> "Axes":
    """Draws the accuracy of each trial, and the line of what was kept.

    Args:
        baseline: Accuracy without augmentation, from 0 to 1.
        trials: In order, each with its "name", "accuracy", standard "error" and
            whether it was "kept".
        ax: Matplotlib axes to draw on; those of a new figure by default.

    Returns:
        The Matplotlib axes.

    Raises:
        ImportError: Matplotlib is not installed.

    Example:
    >>> trial = {"name": "mirror", "accuracy": 0.8, "error": 0.01, "kept": True}
    >>> ax = plot_augmentation_search(0.7, [trial])
    >>> [label.get_text() for label in ax.get_xticklabels()]
    ['none', 'mirror']
    """
    ax = get_axes(ax, (6.0, 4.0))
    best, line = baseline, [baseline]
    for place, trial in enumerate(trials, start=1):
        ax.errorbar(
            place,
            100 * trial["accuracy"],
            yerr=100 * trial["error"],
            fmt="o",
            color=COLORS[0] if trial["kept"] else "0.6",
            capsize=2,
        )
        best = trial["accuracy"] if trial["kept"] else best
        line.append(best)
    places = range(len(line))
    ax.step(
        places, [100 * each for each in line], where="post", color=COLORS[0]
    )
    names = ["none", *(trial["name"] for trial in trials)]
    ax.set_xticks(places, names, rotation=90)
    ax.set_ylabel("Validation accuracy (%)")
    ax.spines[["top", "right"]].set_visible(False)
    return ax

"""The losses of a learning rate range test."""

import itertools
from collections.abc import Mapping
from collections.abc import Sequence
from typing import TYPE_CHECKING
from typing import TypeAlias

from keras_ssl.report.axes import COLORS
from keras_ssl.report.axes import get_axes

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

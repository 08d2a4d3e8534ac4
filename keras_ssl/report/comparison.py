"""The accuracy of several models, side by side."""

from collections.abc import Mapping
from textwrap import fill
from typing import TYPE_CHECKING

from keras_ssl.report.axes import COLORS
from keras_ssl.report.axes import get_axes

if TYPE_CHECKING:
    from matplotlib.axes import Axes


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
    ax = get_axes(ax, (max(4.0, 1.4 * len(results)), 4.0))
    heights = [100 * value for value in results.values()]
    spreads = [100 * errors[name] for name in results] if errors else None
    bars = ax.bar(
        range(len(results)), heights, yerr=spreads, capsize=4, color=COLORS[0]
    )
    ax.bar_label(bars, labels=_texts(heights, spreads), padding=3)
    names = [fill(name, 14, break_on_hyphens=False) for name in results]
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

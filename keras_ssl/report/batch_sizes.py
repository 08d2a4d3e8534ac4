"""Speed and memory over the batch size."""

from collections.abc import Mapping
from typing import TYPE_CHECKING

from keras_ssl.report.axes import COLORS
from keras_ssl.report.axes import get_axes

if TYPE_CHECKING:
    from matplotlib.axes import Axes

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

"""What every figure shares: the axes that it is drawn on, and the colours."""

from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from matplotlib.axes import Axes

# Okabe and Ito, "Color Universal Design" (2008), without black and yellow.
COLORS = ("#0072B2", "#D55E00", "#009E73", "#CC79A7", "#E69F00", "#56B4E9")


def get_axes(ax: "Axes | None", figsize: tuple[float, float]) -> "Axes":
    """Returns `ax`, or the axes of a new figure.

    Args:
        ax: Matplotlib axes to draw on, or `None`.
        figsize: Width and height of a new figure in inches.

    Returns:
        Matplotlib axes.

    Raises:
        ImportError: Matplotlib is not installed.

    Example:
    >>> get_axes(None, (4, 3)).figure.get_size_inches().tolist()
    [4.0, 3.0]
    """
    if ax is not None:
        return ax
    try:
        from matplotlib import pyplot
    except ImportError as error:
        raise ImportError(
            f"Received: {error}. Figures expect Matplotlib to be installed. "
            "Install it with `pip install matplotlib`."
        ) from error
    return pyplot.subplots(figsize=figsize, layout="constrained")[1]

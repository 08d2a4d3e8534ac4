"""What every figure shares: the axes that it is drawn on, and the colours."""

from collections.abc import Iterable
from contextlib import AbstractContextManager
from typing import TYPE_CHECKING
from typing import Any

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
    return _pyplot().subplots(figsize=figsize, layout="constrained")[1]


def default_style() -> AbstractContextManager[None]:
    """Draws in Matplotlib's own style, whatever the user has chosen.

    Raises:
        ImportError: Matplotlib is not installed.

    Example:
    >>> with default_style():
    ...     get_axes(None, (4, 3)).get_xlabel()
    ''
    """
    return _pyplot().style.context("default")


def _pyplot() -> Any:
    try:
        from matplotlib import pyplot
    except ImportError as error:
        raise ImportError(
            f"Received: {error}. Figures expect Matplotlib to be installed. "
            "Install it with `pip install matplotlib`."
        ) from error
    return pyplot


def short_names(names: Iterable[Any], length: int = 18) -> list[str]:
    """Cuts names that would leave no room for the figure.

    Args:
        names: Names, or what prints as one.
        length: Characters of a name, at the most.

    Example:
    >>> short_names(["cat", "great white shark, man-eater"])
    ['cat', 'great white shark…']
    """
    texts = [" ".join(str(name).split()) for name in names]
    return [
        text if len(text) <= length else text[: length - 1].rstrip(" ,") + "…"
        for text in texts
    ]

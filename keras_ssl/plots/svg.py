"""Figures as text, so that a page can carry them."""

import base64
import io
from collections.abc import Callable
from typing import TYPE_CHECKING
from typing import Any
from typing import TypeAlias

from keras_ssl.plots.axes import default_style

if TYPE_CHECKING:
    from matplotlib.axes import Axes
    from matplotlib.figure import Figure

Drawing: TypeAlias = "str | Axes | Figure | Callable[[], Any]"


def to_svg(drawing: Drawing) -> str:
    """Renders a figure as SVG; equal figures give equal text.

    Letters are drawn as outlines, so that they look alike everywhere.

    Args:
        drawing: Matplotlib axes or a figure; a function without arguments that
            draws one, which is called in Matplotlib's own style, whatever the
            user has chosen; or SVG, returned as it is.

    Returns:
        SVG that refers to nothing outside of itself.

    Raises:
        ImportError: Matplotlib is not installed.
        TypeError: `drawing` is none of these.

    Example:
    >>> to_svg(lambda: keras_ssl.report.plot_comparison({"a": 0.5}))[:5]
    '<?xml'
    """
    if isinstance(drawing, str):
        return drawing
    if not callable(drawing):
        return _render(drawing)
    with default_style():
        drawn = drawing()
        try:
            return to_svg(drawn)
        finally:
            _close(drawn)


def svg_address(svg: str) -> str:
    """Encodes SVG as a `data:` address, the `src` of an HTML image.

    Example:
    >>> svg_address("<svg/>")
    'data:image/svg+xml;base64,PHN2Zy8+'
    """
    encoded = base64.b64encode(svg.encode()).decode()
    return f"data:image/svg+xml;base64,{encoded}"


def _render(drawing: Any) -> str:
    figure = getattr(drawing, "figure", drawing)
    if not hasattr(figure, "savefig"):
        raise TypeError(
            f"Received: a figure of type {type(drawing).__name__}. Expected "
            "Matplotlib axes, a Matplotlib figure, a function that returns "
            "one, or SVG text. Pass for example `finder.plot`."
        )
    import matplotlib

    nothing = dict.fromkeys(("Date", "Creator", "Format", "Type"))
    settings: Any = {"svg.hashsalt": "keras_ssl", "svg.fonttype": "path"}
    file = io.StringIO()
    with matplotlib.rc_context(settings):
        figure.savefig(file, format="svg", metadata=nothing)
    return file.getvalue()


def _close(drawn: Any) -> None:
    figure = getattr(drawn, "figure", drawn)
    if hasattr(figure, "savefig"):
        from matplotlib import pyplot

        pyplot.close(figure)

"""A grid of images."""

from collections.abc import Sequence
from typing import TYPE_CHECKING
from typing import Any

import numpy as np

from keras_ssl.plots.axes import get_axes
from keras_ssl.utils.typing import Array
from keras_ssl.utils.typing import ValueRange

if TYPE_CHECKING:
    from matplotlib.axes import Axes


def plot_images(
    images: Array,
    labels: Sequence[Any] | Array | None = None,
    *,
    class_names: Sequence[str] | None = None,
    rows: int = 3,
    columns: int = 6,
    ax: "Axes | None" = None,
) -> "Axes":
    """Draws the first images in a grid, each with its label as the title.

    Pixels from 0 to 1, from 0 to 255 and from -1 to 1 keep their brightness;
    pixels in any other range are stretched from the darkest to the brightest
    of those drawn.

    Args:
        images: (N, height, width, 1 or 3), or (N, height, width) for grey.
        labels: N titles: class indices, of shape (N,) or (N, 1), one-hot rows
            of shape (N, classes), or strings.
        class_names: Name of each class, to show in place of its index.
        rows: Largest number of rows.
        columns: Largest number of columns.
        ax: Matplotlib axes to fill; those of a new figure by default.

    Returns:
        The Matplotlib axes; its `child_axes` hold one image each.

    Raises:
        ValueError: `images` is empty, has another shape, or pixels that are
            not finite; there are fewer labels than images, or fewer names than
            classes; the grid has no row or no column.
        ImportError: Matplotlib is not installed.

    Example:
    >>> ax = plot_images(np.zeros((2, 8, 8, 3)), [1, 0], class_names=["a", "b"])
    >>> [cell.get_title() for cell in ax.child_axes]
    ['b', 'a']
    """
    _check_images(images, labels)
    _check_grid(rows, columns)
    shown = np.asarray(images[: rows * columns])
    titles = _titles(labels, class_names, len(shown))
    columns = min(columns, len(shown))
    rows = -(-len(shown) // columns)
    ax = get_axes(ax, (1.4 * columns, 1.6 * rows))
    ax.set_axis_off()
    for index, image in enumerate(displayable(shown)):
        cell = ax.inset_axes(_bounds(index, rows, columns))
        cell.imshow(image, cmap="gray", vmin=0, vmax=1)
        cell.set_title(titles[index], fontsize="small", pad=2)
        cell.set_axis_off()
    return ax


def _bounds(
    index: int, rows: int, columns: int
) -> tuple[float, float, float, float]:
    """Left, bottom, width, height of a cell, with room for its title."""
    row, column = divmod(index, columns)
    left, bottom = column / columns, 1 - (row + 1) / rows
    return left, bottom, 0.94 / columns, 0.84 / rows


def displayable(images: Array) -> Array:
    """Brings pixels to [0, 1], and drops a single channel.

    Args:
        images: (N, height, width, channels) or (N, height, width), of a range
            as in `plot_images`.

    Returns:
        float32 of shape (N, height, width, 3) or (N, height, width).

    Raises:
        ValueError: There are pixels that are not finite.

    Example:
    >>> displayable(np.full((1, 2, 2, 1), 255, "uint8"))[0].tolist()
    [[1.0, 1.0], [1.0, 1.0]]
    """
    if images.ndim == 4 and images.shape[-1] == 1:
        images = images[..., 0]
    low, high = _value_range(images)
    scale = max(high - low, np.finfo("float32").tiny)
    return (images.astype("float32") - low) / scale


def _value_range(images: Array) -> ValueRange:
    low, high = float(images.min()), float(images.max())
    if not np.isfinite([low, high]).all():
        raise ValueError(
            f"Received: pixels from {low} to {high}. Expected finite numbers. "
            "Replace the others, for instance with `numpy.nan_to_num(images)`."
        )
    if images.dtype == np.uint8:
        return 0.0, 255.0
    for known in ((0.0, 1.0), (-1.0, 1.0), (0.0, 255.0)):
        if known[0] <= low and high <= known[1]:
            return known
    return low, high


def _titles(
    labels: Sequence[Any] | Array | None,
    class_names: Sequence[str] | None,
    count: int,
) -> list[str]:
    if labels is None:
        return [""] * count
    values = np.asarray(labels[:count])
    if values.ndim == 2:
        values = values[:, 0] if values.shape[1] == 1 else values.argmax(axis=1)
    if class_names is None or values.dtype.kind not in "iuf":
        return [str(value) for value in values]
    if values.max() >= len(class_names) or values.min() < 0:
        raise ValueError(
            f"Received: labels from {values.min()} to {values.max()} with "
            f"{len(class_names)} class names. Expected labels from 0 to "
            f"{len(class_names) - 1}. Name every class in `class_names`."
        )
    return [str(class_names[int(value)]) for value in values]


def _check_images(images: Array, labels: Sequence[Any] | Array | None) -> None:
    shape = np.shape(images)
    grey = len(shape) == 3
    if not (grey or (len(shape) == 4 and shape[-1] in (1, 3))) or not shape[0]:
        raise ValueError(
            f"Received: images of shape {shape}. Expected (N, height, width, "
            "1 or 3) or (N, height, width) with N at least 1. Add the axis of "
            "a single image with `image[None]`."
        )
    if labels is not None and len(labels) < len(images):
        raise ValueError(
            f"Received: {len(labels)} labels for {len(images)} images. "
            "Expected one label for each image. Slice both alike."
        )


def _check_grid(rows: int, columns: int) -> None:
    if min(rows, columns) < 1:
        raise ValueError(
            f"Received: rows={rows}, columns={columns}. Expected at least one "
            "of each. Pass positive integers."
        )

"""Affine maps: one matrix per image, and the one warp that applies them.

Coordinates are in pixels from the upper left corner of the image, so that the
middle of the first pixel lies at `(0.5, 0.5)`. A matrix takes a place `(x, y)`
of the *result* to the place of the *image* that is seen there, as in Pillow's
`Image.transform`. Seen through `a` and then through `b`, an image is seen
through `chain(a, b)`. Matrices have the shape `(batch, 3, 3)`; the functions
that make them take numbers and tensors of one number per image, `(batch,)`.
"""

from typing import Any

import numpy as np
from keras import ops

from keras_ssl.utils.typing import Tensor


def identity(batch: Any) -> Tensor:
    """Leaves `batch` images as they are."""
    return ops.tile(ops.expand_dims(ops.eye(3), 0), (batch, 1, 1))


def chain(first: Tensor, second: Tensor) -> Tensor:
    """The product of two batches of matrices, in full float32 on any device."""
    return ops.sum(
        ops.expand_dims(first, 3) * ops.expand_dims(second, 1), axis=2
    )


def rotation(degrees: Tensor) -> Tensor:
    """Turns counter-clockwise about the upper left corner."""
    angle = degrees * (np.pi / 180)
    cos, sin = ops.cos(angle), ops.sin(angle)
    return _matrix((cos, -sin, 0), (sin, cos, 0))


def shear(x: Any = 0, y: Any = 0) -> Tensor:
    """Moves row after row `x` pixels further left, columns `y` further up."""
    return _matrix((1, x, 0), (y, 1, 0))


def translation(x: Any = 0, y: Any = 0) -> Tensor:
    """Moves by `x` pixels to the left and by `y` pixels up."""
    return _matrix((1, 0, x), (0, 1, y))


def scaling(x: Any, y: Any) -> Tensor:
    """Shrinks by the factors `x` and `y` towards the upper left corner."""
    return _matrix((x, 0, 0), (0, y, 0))


def mirror(flip: Tensor, width: int) -> Tensor:
    """Swaps left and right where `flip` is 1, not where it is 0."""
    return _matrix((1 - 2 * flip, 0, flip * width), (0, 1, 0))


def about_middle(matrix: Tensor, height: int, width: int) -> Tensor:
    """Lets `matrix` act about the middle of the image, not about its corner."""
    ones = ops.ones_like(matrix[:, 0, 0])
    there = translation(ones * (width / 2), ones * (height / 2))
    back = translation(ones * (-width / 2), ones * (-height / 2))
    return chain(chain(there, matrix), back)


def warp(
    images: Tensor,
    matrix: Tensor,
    *,
    interpolation: str = "nearest",
    fill: Any = 0.0,
) -> Tensor:
    """Shows each image through its matrix.

    Args:
        images: `(batch, height, width, channels)`, float32.
        matrix: `(batch, 3, 3)`.
        interpolation: "nearest" or "bilinear".
        fill: Value of what lies outside of the image: one number, or one per
            channel.
    """
    _, height, width, channels = images.shape
    x, y = _places(matrix, height, width)
    if interpolation == "nearest":
        seen = _pixels(images, ops.floor(x), ops.floor(y))
    else:
        # The colour of a pixel is that at its middle.
        seen = _bilinear(images, x - 0.5, y - 0.5)
    inside = (x >= 0) & (x < width) & (y >= 0) & (y < height)
    seen = ops.where(
        ops.expand_dims(inside, -1), seen, ops.cast(fill, "float32")
    )
    return ops.reshape(seen, (-1, height, width, channels))


def _places(matrix: Tensor, height: int, width: int) -> tuple[Tensor, Tensor]:
    x, y = np.meshgrid(np.arange(width) + 0.5, np.arange(height) + 0.5)
    x, y = (ops.cast(grid.reshape(1, -1), "float32") for grid in (x, y))
    a, b, c, d, e, f = (
        matrix[:, row, column, None] for row in range(2) for column in range(3)
    )
    return a * x + b * y + c, d * x + e * y + f


def _bilinear(images: Tensor, x: Tensor, y: Tensor) -> Tensor:
    left, top = ops.floor(x), ops.floor(y)
    right_share = ops.expand_dims(x - left, -1)
    lower_share = ops.expand_dims(y - top, -1)

    def row(y: Tensor) -> Tensor:
        pixel, right = _pixels(images, left, y), _pixels(images, left + 1, y)
        return pixel + right_share * (right - pixel)

    upper, lower = row(top), row(top + 1)
    return upper + lower_share * (lower - upper)


def _pixels(images: Tensor, x: Tensor, y: Tensor) -> Tensor:
    _, height, width, channels = images.shape
    batch = ops.shape(images)[0]
    column = ops.cast(ops.clip(x, 0, width - 1), "int32")
    row = ops.cast(ops.clip(y, 0, height - 1), "int32")
    # As one list of pixels, so that a single gather fetches them all.
    first = ops.expand_dims(ops.arange(batch) * (height * width), 1)
    flat = ops.reshape(images, (-1, channels))
    return ops.take(flat, first + row * width + column, axis=0)


def _matrix(*rows: tuple[Any, Any, Any]) -> Tensor:
    numbers = [number for row in (*rows, (0, 0, 1)) for number in row]
    tensor = next(n for n in numbers if not isinstance(n, int | float))
    ones = ops.ones_like(tensor)
    cells = [ones * number for number in numbers]
    return ops.reshape(ops.stack(cells, axis=-1), (-1, 3, 3))

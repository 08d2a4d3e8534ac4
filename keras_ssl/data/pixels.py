"""What is known of the pixels of images, read chunk by chunk."""

import dataclasses
import math
from collections.abc import Iterator
from typing import Any

import numpy as np

from keras_ssl.data.arrays import as_numpy
from keras_ssl.utils.typing import Array
from keras_ssl.utils.typing import ValueRange

CHUNK = 2**20  # bytes: what stays in the cache while it is read twice
NAMED = 5  # rows that a message names


@dataclasses.dataclass(frozen=True)
class Pixels:
    """The extremes of images, and where they are no numbers.

    Args:
        images: The images, (n, height, width, channels).
        low: The darkest pixel.
        high: The brightest one.
        broken: Rows of images with NaN or infinite pixels.
    """

    images: Array
    low: float
    high: float
    broken: Array

    def outside(self, value_range: ValueRange) -> Array:
        """Rows of images that have a pixel outside of a range."""
        low, high = value_range
        return _rows(self.images, lambda x: (x < low) | (x > high))


def scan(images: Any) -> Pixels:
    """Reads images once, and copies no more than a chunk of them.

    Args:
        images: Of shape (n, height, width, channels), which may be mapped from
            a file. Float64 is read as float32, as it is trained on.

    Returns:
        What was seen.

    Example:
    >>> pixels = scan(np.linspace(0, 1, 48).reshape(1, 4, 4, 3))
    >>> pixels.low, pixels.high, len(pixels.broken)
    (0.0, 1.0, 0)
    """
    images = as_numpy(images)
    low, high = math.inf, -math.inf
    for _, chunk in _chunks(images):
        low, high = np.minimum(low, chunk.min()), np.maximum(high, chunk.max())
    broken = np.zeros(0, int)
    if not np.isfinite([low, high]).all():  # NaN is passed on by both
        broken = _rows(images, lambda x: ~np.isfinite(x))
    return Pixels(images, float(low), float(high), broken)


def name_rows(rows: Array) -> str:
    """Names some rows of an array.

    Example:
    >>> name_rows(np.array([3])), name_rows(np.arange(7))
    ('row 3', 'rows 0, 1, 2, 3, 4 and 2 more')
    """
    named = ", ".join(map(str, rows[:NAMED].tolist()))
    more = f" and {len(rows) - NAMED} more" * (len(rows) > NAMED)
    return f"row{'s' * (len(rows) > 1)} {named}{more}"


def _chunks(images: Array) -> Iterator[tuple[int, Array]]:
    size = max(CHUNK // max(images[:1].nbytes, 1), 1)
    wide = images.dtype in ("float64", "float16")  # NumPy is slow in float16
    with np.errstate(over="ignore"):
        for begin in range(0, len(images), size):
            chunk = images[begin : begin + size]
            yield begin, chunk.astype("float32") if wide else chunk


def _rows(images: Array, test: Any) -> Array:
    axes = tuple(range(1, images.ndim))
    found = [
        begin + np.flatnonzero(test(chunk).any(axis=axes))
        for begin, chunk in _chunks(images)
    ]
    return np.concatenate(found)

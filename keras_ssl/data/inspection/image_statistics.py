"""Shapes, range and brightness of images, gathered batch by batch."""

import collections
import math

import numpy as np

from keras_ssl.typing import Array

Shape = tuple[int, ...]


class ImageStatistics:
    """Sums up images; keeps none of them.

    Attributes:
        shapes: How many images have which (height, width, channels).
        dtype: Of the pixels.
        low: The darkest pixel.
        high: The brightest one.
        blank: How many images have the same value in every pixel.

    Example:
    >>> statistics = ImageStatistics()
    >>> statistics.update(np.array([0.0, 1.0, 1.0, 2.0]).reshape(1, 2, 2, 1))
    >>> statistics.count, statistics.mean, statistics.deviation
    (1, 1.0, 0.7071067811865476)
    """

    def __init__(self) -> None:
        self.shapes: collections.Counter[Shape] = collections.Counter()
        self.dtype = ""
        self.low, self.high = math.inf, -math.inf
        self.blank = 0
        self._brightness = Moments()
        self._contrast = Moments()

    def update(self, images: Array) -> None:
        """Adds images (n, height, width, channels)."""
        self.shapes[images.shape[1:]] += len(images)
        self.dtype = str(images.dtype)
        axes = (1, 2, 3)
        low, high = images.min(axes), images.max(axes)
        self.low = min(self.low, float(low.min()))
        self.high = max(self.high, float(high.max()))
        self.blank += int((low == high).sum())
        self._brightness.update(images.mean(axes, dtype="float64"))
        self._contrast.update(images.std(axes, dtype="float64"))

    @property
    def count(self) -> int:
        """How many images there were."""
        return self.shapes.total()

    @property
    def mean(self) -> float:
        """Mean over images and pixels."""
        return self._brightness.mean

    @property
    def deviation(self) -> float:
        """Standard deviation over images and pixels."""
        between = self._brightness.variance
        return math.sqrt(between + self._contrast.mean_square)

    @property
    def brightness(self) -> tuple[float, float]:
        """Mean and standard deviation of the images' means."""
        return self._brightness.mean, math.sqrt(self._brightness.variance)

    @property
    def contrast(self) -> tuple[float, float]:
        """Mean and standard deviation of the images' standard deviations."""
        return self._contrast.mean, math.sqrt(self._contrast.variance)


class Moments:
    """Mean and variance of numbers that come in parts."""

    def __init__(self) -> None:
        self.count, self.mean, self._squares = 0, 0.0, 0.0

    def update(self, values: Array) -> None:
        """Adds numbers (n,), as Chan et al. (1979) join two variances."""
        total = self.count + len(values)
        step = float(values.mean()) - self.mean
        self._squares += float(np.square(values - values.mean()).sum())
        self._squares += step**2 * self.count * len(values) / total
        self.mean += step * len(values) / total
        self.count = total

    @property
    def variance(self) -> float:
        """The mean squared distance from the mean."""
        return self._squares / max(self.count, 1)

    @property
    def mean_square(self) -> float:
        """The mean of the squares."""
        return self.variance + self.mean**2

"""Shapes, range and brightness of images, gathered batch by batch."""

import collections
import math

import numpy as np

from keras_ssl.data.targets import check_numbers
from keras_ssl.data.task import TOLERANCE
from keras_ssl.utils.typing import Array

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
        """The number of images."""
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


FORMS = ("integer", "one-hot", "multi-hot", "soft")


class LabelStatistics:
    """Counts labels; keeps the class of each, if it has just one.

    Attributes:
        width: Of the rows, 1 for integer labels.
        low: The smallest value.
        high: The largest one.

    Raises:
        ValueError: Labels are text, fractions, or of two widths.

    Example:
    >>> statistics = LabelStatistics()
    >>> statistics.update(np.array([2, 0, 2]))
    >>> statistics.form, statistics.counts
    ('integer', {0: 1, 2: 2})
    """

    def __init__(self) -> None:
        self.width = 0
        self.low, self.high = math.inf, -math.inf
        self._counts: collections.Counter[float] = collections.Counter()
        self._binary, self._exclusive = True, True
        self._classes: list[Array] = []

    def update(self, labels: Array) -> None:
        """Adds labels (n,), (n, 1) or (n, num_classes)."""
        labels = check_numbers(labels)
        rows = labels.reshape(len(labels), -1)
        if self.width not in (0, rows.shape[1]):
            raise ValueError(
                "The labels change their form. Received: rows of "
                f"{self.width} and of {rows.shape[1]} numbers. Expected one "
                "form for all. Encode all of them in the same way."
            )
        self.width = rows.shape[1]
        self.low = min(self.low, float(rows.min()))
        self.high = max(self.high, float(rows.max()))
        if self.width == 1:
            self._count_integers(rows[:, 0])
        else:
            self._count_rows(rows)

    def _count_integers(self, labels: Array) -> None:
        values, counts = np.unique(labels, return_counts=True)
        broken = values[values != np.floor(values)]
        if broken.size:
            raise ValueError(
                f"The labels are not classes. Received: a label {broken[0]}. "
                "Expected integers that count from 0. Number the classes with "
                "`numpy.unique(y, return_inverse=True)[1]`."
            )
        pairs = zip(values.tolist(), counts.tolist(), strict=True)
        self._counts.update(dict(pairs))
        self._classes.append(labels)

    def _count_rows(self, rows: Array) -> None:
        self._binary &= bool(np.isin(rows, (0, 1)).all())
        self._exclusive &= bool((np.abs(rows.sum(1) - 1) <= TOLERANCE).all())
        self._counts.update(dict(enumerate(rows.sum(0).tolist())))
        self._classes.append(rows.argmax(1))

    @property
    def form(self) -> str:
        """The form of the labels, one of `FORMS`."""
        if self.width == 1:
            return "integer"
        if not self._exclusive:
            return "multi-hot"
        return "one-hot" if self._binary else "soft"

    @property
    def exclusive(self) -> bool:
        """Whether an image belongs to one class only."""
        return self._exclusive

    @property
    def counts(self) -> dict[int, int]:
        """From class to the number of its images, rounded for soft labels."""
        return {int(k): round(v) for k, v in sorted(self._counts.items()) if v}

    @property
    def classes(self) -> Array:
        """The class of each image, in the order of the pass."""
        return np.concatenate(self._classes)

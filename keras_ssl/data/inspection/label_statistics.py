"""Form and frequency of labels, gathered batch by batch."""

import collections
import math

import numpy as np

from keras_ssl.data.targets import check_labels
from keras_ssl.typing import Array

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
        check_labels(labels, max(len(np.unique(labels)), 2), None)
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
        self._exclusive &= bool((np.abs(rows.sum(1) - 1) < 1e-3).all())
        self._counts.update(dict(enumerate(rows.sum(0).tolist())))
        self._classes.append(rows.argmax(1))

    @property
    def form(self) -> str:
        """One of `FORMS`."""
        if self.width == 1:
            return "integer"
        if not self._binary:
            return "soft"
        return "one-hot" if self._exclusive else "multi-hot"

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

"""The memory of a step as a straight line over the batch size."""

import dataclasses
import math
from collections.abc import Mapping

import numpy as np

GIB = 2**30
RECENT = 3  # largest sizes that the line goes through


@dataclasses.dataclass(frozen=True)
class MemoryLine:
    """`fixed + slope * batch_size`.

    Args:
        fixed: Bytes that every step needs: weights, optimizer, gradients.
        slope: Bytes more for each labeled image in a batch, together with the
            unlabeled ones that come with it; at least 0.
    """

    fixed: float
    slope: float

    def at(self, batch_size: int) -> float:
        """The bytes that a batch size needs.

        Example:

        >>> MemoryLine(fixed=100.0, slope=2.0).at(8)
        116.0
        """
        return self.fixed + self.slope * batch_size

    def largest(self, limit: float) -> int | None:
        """The largest batch size within a limit in bytes.

        Returns:
            At least 0; `None` if the line does not rise, so that there is none.

        Example:

        >>> MemoryLine(fixed=100.0, slope=2.0).largest(117.0)
        8
        """
        if self.slope <= 0:
            return None
        return max(0, math.floor((limit - self.fixed) / self.slope))


def fit_memory(peaks: Mapping[int, int | None]) -> MemoryLine | None:
    """Fits a line through the memory at the largest three batch sizes.

    Args:
        peaks: Bytes at each batch size; `None` where they are not known.

    Returns:
        The line of least squares, or `None` with fewer than two points.

    Example:

    >>> line = fit_memory({8: 260, 16: 420, 32: 740})
    >>> round(line.fixed), round(line.slope)
    (100, 20)
    """
    known = [(size, peak) for size, peak in peaks.items() if peak is not None]
    if len(known) < 2:
        return None
    sizes, bytes_ = np.array(sorted(known)[-RECENT:], "float64").T
    slope, fixed = np.polyfit(sizes, bytes_, 1)
    if slope <= 1e-9 * bytes_.max():
        return MemoryLine(fixed=float(bytes_.max()), slope=0.0)
    return MemoryLine(fixed=float(fixed), slope=float(slope))


def gib(number: float | None) -> str:
    """Writes bytes as GiB, or as MiB if that reads better.

    Example:

    >>> gib(3 * 2**29), gib(2**20), gib(None)
    ('1.5 GiB', '1 MiB', '–')
    """
    if number is None:
        return "–"
    if number < GIB / 10:
        return f"{number / 2**20:.3g} MiB"
    return f"{number / GIB:.3g} GiB"

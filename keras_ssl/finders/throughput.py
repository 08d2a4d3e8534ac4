"""Which batch size is fast enough: pure functions of measured rates."""

from collections.abc import Mapping
from collections.abc import Sequence

PATIENCE = 2  # larger sizes in a row that gain nothing


def smallest_fast(rates: Mapping[int, float], tolerance: float) -> int:
    """The smallest batch size that is about as fast as the fastest.

    Args:
        rates: Images per second at each batch size.
        tolerance: Share of the best rate that may be lost, in `[0, 1)`.

    Returns:
        One of the batch sizes.

    Example:

    >>> smallest_fast({16: 700, 32: 960, 64: 1000, 128: 990}, tolerance=0.05)
    32
    """
    enough = (1 - tolerance) * max(rates.values())
    return min(size for size, rate in rates.items() if rate >= enough)


def still_rises(rates: Sequence[float], tolerance: float) -> bool:
    """Whether larger batches may still be faster.

    Args:
        rates: Images per second at rising batch sizes.
        tolerance: Share by which a rate has to exceed the best before it.

    Returns:
        False once two sizes in a row have gained less than that.

    Example:

    >>> still_rises([500, 900, 910], 0.05), still_rises([900, 910, 920], 0.05)
    (True, False)
    """
    idle, best = 0, 0.0
    for rate in rates:
        gained = rate > (1 + tolerance) * best
        idle = 0 if gained else idle + 1
        best = rate if gained else best
    return idle < PATIENCE

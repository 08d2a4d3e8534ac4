"""How a learning rate follows the batch size."""

import dataclasses
from typing import Any


@dataclasses.dataclass(frozen=True)
class RateScaling:
    """How a learning rate changes with the batch size.

    Args:
        rule: `"linear"` or `"square root"`.
        optimizer: Name of the optimizer that asks for it.
        base_batch_size: Batch size that the learning rate was chosen for.
        batch_size: Batch size that it is to be used with.
    """

    rule: str
    optimizer: str
    base_batch_size: int
    batch_size: int

    @property
    def factor(self) -> float:
        """By what the learning rate is multiplied."""
        ratio = self.batch_size / self.base_batch_size
        return ratio if self.rule == "linear" else ratio**0.5

    def __str__(self) -> str:
        if self.factor == 1:
            return f"A learning rate for {self.base_batch_size} stays."
        return (
            f"A learning rate for {self.base_batch_size} becomes "
            f"{self.factor:.3g} times as large ({self.rule} rule of "
            f"{self.optimizer})."
        )


def scale_rate(
    optimizer: Any, batch_size: int, base_batch_size: int
) -> RateScaling:
    """The usual rule for an optimizer.

    Under SGD the rate grows as the batch size. Optimizers that divide by the
    size of the gradient (Adam, LAMB, RMSprop and all others) average noise, and
    theirs grows as its square root.

    Args:
        optimizer: A `keras.optimizers.Optimizer`.
        batch_size: The new batch size, at least 1.
        base_batch_size: The batch size that the rate was chosen for.

    Example:

    >>> scaling = scale_rate(keras.optimizers.Adam(), 128, 32)
    >>> print(scaling.factor, scaling)
    2.0 A learning rate for 32 becomes 2 times as large (square root rule of \
Adam).

    Reference:
        [Goyal et al., 2017](https://arxiv.org/abs/1706.02677), section 2.1;
        [Malladi et al., 2022](https://arxiv.org/abs/2205.10287).
    """
    inner = getattr(optimizer, "inner_optimizer", optimizer)
    name = type(inner).__name__
    rule = "linear" if name == "SGD" else "square root"
    return RateScaling(rule, name, base_batch_size, batch_size)

"""Learning rates of the papers.

Public names:

- `PartialCosineDecay`: Follows a cosine from 1 to where it is `alpha`, not to
  its end.
"""

import math
from typing import Any

import keras
from keras import ops

from keras_ssl.utils.checks import check_number
from keras_ssl.utils.registry import register
from keras_ssl.utils.typing import Config
from keras_ssl.utils.typing import Tensor

__all__ = [
    "PartialCosineDecay",
]


@register
class PartialCosineDecay(keras.optimizers.schedules.LearningRateSchedule):
    """Follows a cosine from 1 to where it is `alpha`, not to its end.

    `rate = initial_learning_rate * cos(arccos(alpha) * step / decay_steps)`,
    computed at every step, and constant after `decay_steps`. FixMatch and its
    successors end at `cos(7 * pi / 16)`, AdaMatch at 0.25. It is not
    `keras.optimizers.schedules.CosineDecay`, which follows half a period.

    Args:
        initial_learning_rate: Rate at step 0, at least 0.
        decay_steps: Steps of the whole run, at least 1.
        alpha: Rate at the end, as a fraction of the initial one, in `[0, 1]`.

    Raises:
        ValueError: An argument is out of its range.

    Example:

    >>> rate = PartialCosineDecay(0.03, decay_steps=1000)
    >>> [round(float(rate(step)), 4) for step in (0, 500, 1000, 2000)]
    [0.03, 0.0232, 0.0059, 0.0059]

    Reference:
        [Sohn et al., 2020](https://arxiv.org/abs/2001.07685)
    """

    def __init__(
        self,
        initial_learning_rate: float,
        decay_steps: int,
        alpha: float = math.cos(7 * math.pi / 16),
    ) -> None:
        self.initial_learning_rate = check_number(
            "initial_learning_rate", initial_learning_rate, 0
        )
        self.decay_steps = check_number("decay_steps", decay_steps, 1)
        self.alpha = check_number("alpha", alpha, 0, 1)

    def __call__(self, step: Any) -> Tensor:
        """The learning rate of a step, counted from 0: a scalar, float32."""
        step = ops.cast(step, "float32")
        share = ops.minimum(step / self.decay_steps, 1.0)
        angle = math.acos(self.alpha) * share
        return self.initial_learning_rate * ops.cos(angle)

    def get_config(self) -> Config:
        """Every argument of `__init__`."""
        return {
            "initial_learning_rate": self.initial_learning_rate,
            "decay_steps": self.decay_steps,
            "alpha": self.alpha,
        }

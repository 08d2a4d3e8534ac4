"""`RampUp`: a weight that rises over the first steps."""

import math
from typing import Any

import keras
from keras import ops

from keras_ssl.methods.method import check_interval
from keras_ssl.utils.typing import Tensor


class RampUp(keras.layers.Layer):
    """`min(1, step / steps)`, where each call is a step, counted from 0.

    The count is a variable, so that it is saved and loaded with the method that
    holds it.

    Args:
        steps: Steps until the weight is 1, at least 0; 0 makes it 1 from the
            start.

    Raises:
        ValueError: `steps` is negative.

    Example:

    >>> ramp_up = RampUp(2)
    >>> [float(ramp_up()) for _ in range(4)]
    [0.0, 0.5, 1.0, 1.0]
    """

    def __init__(self, steps: int, **kwargs: Any) -> None:
        kwargs.setdefault("dtype", "float32")
        super().__init__(**kwargs)
        self.steps = check_interval("ramp_up_steps", steps, 0, float("inf"))
        self.step = self.add_weight(
            name="step",
            initializer="zeros",
            trainable=False,
            aggregation="only_first_replica",
        )
        self.built = True

    def __call__(self) -> Tensor:
        """The weight of the present step, in `[0, 1]`; counts the step."""
        # Keras' own `__call__` wants a tensor.
        share = self.step / self.steps if self.steps else ops.ones(())
        weight = ops.minimum(1.0, share)
        self.step.assign(self.step + 1.0)
        return weight


def cosine(weight: Tensor) -> Tensor:
    """Rises from 0 to 1 as its argument does, slowly at both ends.

    `(1 - cos(pi * weight)) / 2`, of a weight in `[0, 1]`.

    Example:

    >>> [round(float(cosine(weight)), 4) for weight in (0.0, 0.25, 0.5, 1.0)]
    [0.0, 0.1464, 0.5, 1.0]
    """
    return 0.5 - 0.5 * ops.cos(math.pi * weight)

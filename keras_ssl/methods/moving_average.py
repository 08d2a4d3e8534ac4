"""`MovingAverage`: a running statistic of a method."""

from typing import Any

import keras
import numpy as np
from keras import ops

from keras_ssl.functional import ramped_momentum
from keras_ssl.utils.typing import Array
from keras_ssl.utils.typing import Tensor


class MovingAverage(keras.layers.Layer):
    """`value = momentum * value + (1 - momentum) * new`, for each call.

    The value is a variable, in float32, so that it is saved and loaded with the
    method that holds it. It takes no gradient. Over several replicas, it is the
    mean of what they computed.

    Args:
        momentum: How much of the value each call keeps, in `[0, 1]`.
        start: What the value is before the first call, of any shape. Zeros
            make it the first `new`.
        ramped: Whether the momentum begins at 0.1 and grows to `momentum` as in
            `keras_ssl.functional.ramped_momentum`, so that the start is soon
            forgotten.

    Example:

    >>> average = MovingAverage(0.9, start=1.0)
    >>> two = ops.array(2.0)
    >>> round(float(average(two)), 2), round(float(average(two)), 2)
    (1.1, 1.19)
    """

    def __init__(
        self,
        momentum: float,
        start: Array,
        *,
        ramped: bool = False,
        **kwargs: Any,
    ) -> None:
        kwargs.setdefault("dtype", "float32")
        super().__init__(**kwargs)
        self.momentum = momentum
        self.value = self.add_weight(
            name="value",
            shape=np.shape(start),
            initializer=keras.initializers.Constant(start),
            trainable=False,
            aggregation="mean",
        )
        self.calls = (
            self.add_weight(
                name="calls",
                shape=(),
                initializer="zeros",
                trainable=False,
                aggregation="only_first_replica",
            )
            if ramped
            else None
        )
        self.built = True

    def call(self, new: Tensor) -> Tensor:
        """Takes in `new`, of the shape of `start`; the average after it."""
        new = ops.stop_gradient(new)
        momentum: Tensor = self.momentum
        if self.calls is not None:
            momentum = ramped_momentum(self.momentum, self.calls)
            self.calls.assign_add(1.0)
        value = momentum * self.value + (1.0 - momentum) * new
        begun = ops.any(ops.not_equal(self.value, 0.0))
        self.value.assign(ops.where(begun, value, new))
        return ops.copy(self.value)

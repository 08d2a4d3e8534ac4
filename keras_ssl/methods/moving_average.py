"""`MovingAverage`: a running statistic of a method."""

import math
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


class MovingWindow(keras.layers.Layer):
    """The mean of the last `size` values, the newest included.

    Before there are that many, it is the mean of those that there are; with
    `start`, this value stands in for those that are missing.

    The values are a variable, in float32, so that they are saved and loaded
    with the method that holds them. They take no gradient.

    Args:
        size: How many values count, at least 1.
        shape: The shape of a value.
        start: A number that fills the window at first, or `None`.

    Example:

    >>> window = MovingWindow(2, shape=())
    >>> [float(window(ops.array(value))) for value in (1.0, 3.0, 5.0)]
    [1.0, 2.0, 4.0]
    """

    def __init__(
        self,
        size: int,
        shape: tuple[int, ...],
        start: float | None = None,
        **kwargs: Any,
    ) -> None:
        kwargs.setdefault("dtype", "float32")
        super().__init__(**kwargs)
        full = start is not None
        self.size = size
        self.values = self.add_weight(
            name="values",
            shape=(size, *shape),
            initializer=keras.initializers.Constant(start or 0.0),
            trainable=False,
            aggregation="mean",
        )
        self.count = self.add_weight(
            name="count",
            initializer=keras.initializers.Constant(size if full else 0.0),
            trainable=False,
            aggregation="only_first_replica",
        )
        self.built = True

    def call(self, new: Tensor) -> Tensor:
        """Takes in `new`, of the shape of a value; the mean after it."""
        new = ops.stop_gradient(ops.cast(new, "float32"))
        values = ops.concatenate([new[None], self.values[: self.size - 1]])
        self.values.assign(values)
        self.count.assign(ops.minimum(self.count + 1.0, float(self.size)))
        return ops.sum(values, axis=0) / self.count


class HistogramEntropy(keras.metrics.Metric):
    """Entropy of the classes seen since the last reset, in `[0, 1]`.

    `-sum(h * log(h)) / log(num_classes)` of the histogram `h`: 1 where all
    classes are equally frequent, 0 where one class has taken over.

    Args:
        name: Name in the logs.

    Example:

    >>> entropy = HistogramEntropy("entropy")
    >>> entropy.build(2)
    >>> entropy.update_state([0, 0, 0, 1])
    >>> round(float(entropy.result()), 4)
    0.8113
    """

    def __init__(self, name: str) -> None:
        super().__init__(name=name, dtype="float32")
        self.counts: Any = None

    def build(self, num_classes: int) -> None:
        """Creates the counts, if they are not there."""
        if self.counts is None:
            self.counts = self.add_variable(
                (num_classes,), "zeros", name="counts"
            )

    def update_state(self, label: Tensor, sample_weight: Any = None) -> None:
        """Counts classes `(n,)`; takes no weights."""
        one_hot = ops.one_hot(label, self.counts.shape[0], dtype="float32")
        self.counts.assign(self.counts + ops.sum(one_hot, axis=0))

    def result(self) -> Tensor:
        """The entropy; 0 before any class is seen."""
        if self.counts is None:
            return ops.zeros(())
        h = self.counts / ops.maximum(ops.sum(self.counts), 1.0)
        entropy = ops.sum(h * ops.log(1.0 / ops.maximum(h, 1e-30)))
        return entropy / math.log(max(self.counts.shape[0], 2))

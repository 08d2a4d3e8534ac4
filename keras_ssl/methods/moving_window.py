"""`MovingWindow`: the mean of the latest values."""

from typing import Any

import keras
from keras import ops

from keras_ssl.utils.typing import Tensor


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

"""`ProjectionHead`: from a network's features to those that are compared."""

from typing import Any

import keras
from keras import ops

from keras_ssl.methods.similarity import l2_normalize
from keras_ssl.utils.typing import Tensor


class ProjectionHead(keras.layers.Layer):
    """Two Dense layers, then length 1.

    The first keeps the number of features and is followed by a (leaky) ReLU. It
    computes in float32, and its weights are trained with the method that holds
    it.

    Args:
        size: Length of the features that come out.
        negative_slope: That of the ReLU, at least 0.

    Example:

    >>> head = ProjectionHead(4)
    >>> z = head(ops.ones((2, 8)))
    >>> tuple(z.shape), round(float(ops.sum(z[0] ** 2)), 4)
    ((2, 4), 1.0)
    """

    def __init__(
        self, size: int, negative_slope: float = 0.0, **kwargs: Any
    ) -> None:
        kwargs.setdefault("dtype", "float32")
        super().__init__(**kwargs)
        self.size = size
        self.negative_slope = negative_slope

    def build(self, input_shape: Any) -> None:
        """Creates the weights for features `(n, d)`."""
        width = input_shape[-1]
        self.hidden = keras.layers.Dense(width, dtype="float32")
        self.outer = keras.layers.Dense(self.size, dtype="float32")
        for layer in (self.hidden, self.outer):
            layer.build((None, width))

    def call(self, features: Tensor) -> Tensor:
        """`(n, size)` of features `(n, d)`."""
        hidden = ops.leaky_relu(self.hidden(features), self.negative_slope)
        return l2_normalize(self.outer(hidden))

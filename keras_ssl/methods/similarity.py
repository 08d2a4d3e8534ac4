"""Similarity of features, and what it tells about labels."""

from typing import Any

import keras
from keras import ops

from keras_ssl.functional import normalize
from keras_ssl.utils.typing import Tensor


def l2_normalize(rows: Tensor) -> Tensor:
    """Divides each row by its length; one of zeros stays so.

    Args:
        rows: `(n, d)`. Below a length of 1e-6, a row counts as zeros, which
            have no direction and take no gradient.

    Returns:
        `(n, d)`, float32.

    Example:

    >>> [round(float(x), 2) for x in l2_normalize([[3.0, 4.0]])[0]]
    [0.6, 0.8]
    """
    rows = ops.cast(rows, "float32")
    square = ops.sum(rows**2, axis=-1, keepdims=True)
    long_enough = square > 1e-12
    # Of a root at 0, the gradient would be infinite, masked or not.
    length = ops.sqrt(ops.where(long_enough, square, 1.0))
    return ops.where(long_enough, rows / length, 0.0)


def similarity(
    features: Tensor,
    memory: Tensor,
    temperature: float,
    mask: Tensor | None = None,
) -> Tensor:
    """`features @ memory.T / temperature`, logits over the entries of a memory.

    Args:
        features: `(n, d)`, each row of length 1.
        memory: `(m, d)`, likewise.
        temperature: Above 0; the lower it is, the more the nearest entry
            counts.
        mask: `(m,)`, boolean: the entries that count; `None` for all.

    Returns:
        `(n, m)`, float32; -1e9 where an entry does not count.

    Example:

    >>> logits = similarity(ops.eye(2), ops.eye(2), 0.5)
    >>> [float(x) for x in logits[0]]
    [2.0, 0.0]
    """
    logits = ops.matmul(features, ops.transpose(memory)) / temperature
    return logits if mask is None else ops.where(mask, logits, -1e9)


def smooth(q: Tensor, logits: Tensor, labels: Tensor, alpha: float) -> Tensor:
    """`alpha * q + (1 - alpha) * softmax(logits) @ labels`.

    Args:
        q: Probabilities `(n, num_classes)`.
        logits: `(n, m)`: the similarity to the entries of a memory.
        labels: `(m, num_classes)`: the label of each entry, as probabilities.
        alpha: How much of `q` is kept, in `[0, 1]`.

    Returns:
        `(n, num_classes)`, float32, of which each row sums to 1.

    Example:

    >>> p = smooth(ops.array([[0.5, 0.5]]), [[9.0, -9.0]], ops.eye(2), 0.9)
    >>> [round(float(x), 4) for x in p[0]]
    [0.55, 0.45]

    Reference:
        [Li et al., 2021](https://arxiv.org/abs/2011.11183)
    """
    near = ops.softmax(ops.convert_to_tensor(logits), axis=-1)
    q = ops.convert_to_tensor(q)
    return alpha * q + (1.0 - alpha) * ops.matmul(near, labels)


def unfold(q: Tensor, logits: Tensor, labels: Tensor) -> Tensor:
    """`softmax(logits) * q[label of the entry]` of each row, normalised.

    Args:
        q: Probabilities `(n, num_classes)`.
        logits: `(n, m)`: the similarity to the entries of a memory.
        labels: `(m, num_classes)`: the label of each entry, as probabilities.

    Returns:
        `(n, m)`, float32, of which each row sums to 1; or to 0, where no entry
        is of a class that `q` allows.

    Example:

    >>> q = ops.array([[0.8, 0.2]])
    >>> [round(float(x), 4) for x in unfold(q, [[1.0, 1.0]], ops.eye(2))[0]]
    [0.8, 0.2]

    Reference:
        [Zheng et al., 2022](https://arxiv.org/abs/2203.06915)
    """
    near = ops.softmax(ops.convert_to_tensor(logits), axis=-1)
    return normalize(near * ops.matmul(q, ops.transpose(labels)))


class ProjectionHead(keras.layers.Layer):
    """Two Dense layers, then length 1.

    The first keeps the number of features and is followed by a (leaky) ReLU. It
    computes in float32, and its weights are trained with the method that holds
    it.

    Args:
        size: Length of the features that come out.
        negative_slope: Slope of the ReLU below 0, at least 0.

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

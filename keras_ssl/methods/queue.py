"""`MemoryQueue`: the features and labels of the latest images."""

from typing import Any

import keras
from keras import ops

from keras_ssl.utils.typing import Tensor


class MemoryQueue(keras.layers.Layer):
    """Keeps the last `size` features, each with its label; the oldest go first.

    They are variables, in float32, so that they are saved and loaded with the
    method that holds them. Over several replicas, they are what the first one
    sees.

    Args:
        size: How many are kept, at least 1.
        num_features: Length of a feature.
        num_classes: Length of a label.

    Attributes:
        features: `(size, num_features)`, the latest batch first.
        labels: `(size, num_classes)`.
        count: How many there are already, at most `size`. The others are zeros.

    Example:

    >>> queue = MemoryQueue(3, 1, 2)
    >>> queue(ops.array([[1.0], [2.0]]), ops.eye(2))
    >>> queue(ops.array([[3.0], [4.0]]), ops.eye(2))
    >>> [float(x) for x in queue.features.value[:, 0]], bool(queue.is_full())
    ([3.0, 4.0, 1.0], True)
    """

    def __init__(
        self, size: int, num_features: int, num_classes: int, **kwargs: Any
    ) -> None:
        kwargs.setdefault("dtype", "float32")
        super().__init__(**kwargs)
        self.size = size
        self.features = self._add("features", (size, num_features))
        self.labels = self._add("labels", (size, num_classes))
        self.count = self._add("count", ())
        self.built = True

    def _add(self, name: str, shape: tuple[int, ...]) -> Any:
        return self.add_weight(
            name=name,
            shape=shape,
            initializer="zeros",
            trainable=False,
            aggregation="only_first_replica",
        )

    def call(self, features: Tensor, labels: Tensor) -> None:
        """Takes in a batch.

        Args:
            features: `(n, num_features)`. Of more than `size`, the first count.
            labels: `(n, num_classes)`.
        """
        for memory, new in ((self.features, features), (self.labels, labels)):
            rows = ops.concatenate([new, memory])
            memory.assign(ops.reshape(rows[: self.size], memory.shape))
        new = ops.cast(ops.shape(features)[0], "float32")
        self.count.assign(ops.minimum(self.count + new, float(self.size)))

    def is_full(self) -> Tensor:
        """Whether `size` features have come, a boolean scalar."""
        return self.count >= self.size

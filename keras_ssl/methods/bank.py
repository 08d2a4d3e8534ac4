"""`FeatureBank`: an averaged feature of every labeled image."""

from typing import Any

import keras
from keras import ops

from keras_ssl.functional import ratio
from keras_ssl.methods.similarity import l2_normalize
from keras_ssl.utils.typing import Tensor


class FeatureBank(keras.layers.Layer):
    """One feature and label for each image, updated when the image comes.

    `feature = normalised(momentum * feature + (1 - momentum) * new)`, and the
    first time just `new`. They are variables, in float32, so that they are
    saved and loaded with the method that holds them. Over several replicas,
    they are what the first one sees.

    Args:
        num_images: How many images there are.
        num_features: Length of a feature.
        num_classes: Length of a label.
        momentum: How much of a feature each update keeps, in `[0, 1]`.

    Attributes:
        features: `(num_images, num_features)`, zeros where none has come.
        labels: Their labels, one-hot, `(num_images, num_classes)`.

    Example:

    >>> bank = FeatureBank(3, 2, 2, momentum=0.7)
    >>> bank(np.array([2]), ops.array([[0.6, 0.8]]), ops.array([[0.0, 1.0]]))
    >>> [bool(x) for x in bank.seen()]
    [False, False, True]
    """

    def __init__(
        self,
        num_images: int,
        num_features: int,
        num_classes: int,
        *,
        momentum: float,
        **kwargs: Any,
    ) -> None:
        kwargs.setdefault("dtype", "float32")
        super().__init__(**kwargs)
        self.momentum = momentum
        self.features = self._add("features", (num_images, num_features))
        self.labels = self._add("labels", (num_images, num_classes))
        self.built = True

    def _add(self, name: str, shape: tuple[int, ...]) -> Any:
        return self.add_weight(
            name=name,
            shape=shape,
            initializer="zeros",
            trainable=False,
            aggregation="only_first_replica",
        )

    def call(self, index: Tensor, features: Tensor, labels: Tensor) -> None:
        """Takes in a batch.

        Args:
            index: `(n,)`, from 0 to below `num_images`, unchecked. If an image
                comes twice, its features are averaged.
            features: `(n, num_features)`, each of length 1.
            labels: `(n, num_classes)`, one-hot.
        """
        old, old_labels = map(ops.convert_to_tensor, self.variables)

        def total(rows: Tensor) -> Tensor:
            return ops.segment_sum(rows, index, old.shape[0])

        count = total(ops.ones_like(labels[:, :1]))
        new = ratio(total(features), count)
        new = l2_normalize(self.momentum * old + (1.0 - self.momentum) * new)
        new_labels = ratio(total(labels), count)
        self.features.assign(ops.where(count > 0, new, old))
        self.labels.assign(ops.where(count > 0, new_labels, old_labels))

    def seen(self) -> Tensor:
        """Which images have come, `(num_images,)`, boolean."""
        return ops.any(self.labels > 0, axis=-1)


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

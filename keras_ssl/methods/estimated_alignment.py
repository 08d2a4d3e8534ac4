"""`EstimatedAlignment`: do the unlabeled images have the labels' classes?"""

from typing import Any

import keras
from keras import ops

from keras_ssl.functional import align
from keras_ssl.methods.alignment import ClassPrior
from keras_ssl.methods.moving_average import MovingAverage
from keras_ssl.typing import Tensor

ESTIMATED = "estimated"
TOLERANCE = 0.1


class EstimatedAlignment(keras.layers.Layer):
    """Aligns to the labeled images' mix, unless predictions say another.

    `said = align(u, y, p)` is what the average prediction `u` for unlabeled
    images says, once the bias is taken out that the average `p` for labeled
    ones shows beside their labels `y`. `d = sum(abs(said - y)) / 2` is the
    share of unlabeled images that would have another class. A network that
    knows the classes but roughly is off by some of it everywhere, so that a
    tenth is not believed: labels are aligned to `y + doubt(d) * (said - y)`.

    Args:
        num_classes: How many classes there are.
        momentum: That of the moving averages, in `[0, 1]`.
        uniform_start: That of `DistributionAlignment`.
        ramped: That of `DistributionAlignment`.

    Example:

    >>> alignment = EstimatedAlignment(2, momentum=0.0)
    >>> labels = ops.array([[1.0, 0.0], [0.0, 1.0]])
    >>> aligned, d = alignment(ops.array([[0.8, 0.2]]), labels, labels)
    >>> [round(float(each), 2) for each in (*aligned[0], d, doubt(d))]
    [0.8, 0.2, 0.3, 1.0]
    """

    def __init__(
        self,
        num_classes: int,
        *,
        momentum: float,
        uniform_start: bool = True,
        ramped: bool = False,
        **kwargs: Any,
    ) -> None:
        kwargs.setdefault("dtype", "float32")
        super().__init__(**kwargs)
        start = [1 / num_classes if uniform_start else 0.0] * num_classes
        self.unlabeled = MovingAverage(momentum, start, ramped=ramped)
        self.labeled = MovingAverage(momentum, start, ramped=ramped)
        self.labels = ClassPrior(num_classes, "labeled", momentum=momentum)
        self.built = True

    def call(
        self,
        q: Tensor,
        labels: Tensor | None = None,
        labeled: Tensor | None = None,
    ) -> tuple[Tensor, Tensor]:
        """Aligned `(n, num_classes)` and `d`, a scalar; takes in the batch.

        Args:
            q: Probabilities `(n, num_classes)` for unlabeled images.
            labels: One-hot `(b, num_classes)`, of labeled images.
            labeled: Probabilities `(b, num_classes)` for these.

        Raises:
            ValueError: There are none for labeled images.
        """
        u, y = self.unlabeled(ops.mean(q, axis=0)), self.labels(labels)
        if labeled is None:
            raise ValueError(
                "Received: prior='estimated' and no logits of labeled images. "
                "Expected those of a view of them. Pass `labeled`, or the "
                "prior 'labeled'."
            )
        said = align(u, y, self.labeled(ops.mean(labeled, axis=0)))
        d = ops.sum(ops.abs(said - y)) / 2
        return align(q, y + doubt(d) * (said - y), u), d


def doubt(d: Tensor) -> Tensor:
    """`clip(d / 0.1 - 1, 0, 1)`: 0 up to a tenth, 1 from a fifth on.

    Example:

    >>> [round(float(doubt(d)), 2) for d in ops.array([0.05, 0.15, 0.3])]
    [0.0, 0.5, 1.0]
    """
    return ops.clip(d / TOLERANCE - 1, 0, 1)

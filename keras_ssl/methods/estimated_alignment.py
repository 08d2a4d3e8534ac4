"""`EstimatedAlignment`: do the unlabeled images have the labels' classes?"""

from typing import Any

import keras
from keras import ops

from keras_ssl.functional import align
from keras_ssl.methods.alignment import DistributionAlignment
from keras_ssl.methods.moving_average import MovingAverage
from keras_ssl.utils.typing import Array
from keras_ssl.utils.typing import Tensor

ESTIMATED = "estimated"
TOLERANCE = 0.1


class EstimatedAlignment(DistributionAlignment):
    """Aligns to the labeled images' mix, and trusts it as predictions agree.

    `said = align(u, y, p)` is what the average prediction `u` for unlabeled
    images says, once the bias is taken out that the average `p` for labeled
    ones shows beside their labels `y`. `d = sum(abs(said - y)) / 2` is the
    share of unlabeled images that would have another class, and is logged as
    `mix_distance`. A network that knows the classes but roughly is off by some
    of it everywhere, so that a tenth says nothing: `trust = clip(2 - d / 0.1,
    0, 1)`. Labels are aligned to `trust * y + (1 - trust) * said`.

    Args:
        num_classes: How many classes there are.
        prior: `y`, that of `DistributionAlignment`.
        momentum: That of the moving averages, in `[0, 1]`.
        ramped: That of `DistributionAlignment`; else both averages remember
            for long where they began, and nothing of the images.
        **kwargs: Others of `DistributionAlignment`.

    Example:

    >>> alignment = EstimatedAlignment(2, momentum=0.0)
    >>> labels = ops.array([[1.0, 0.0], [0.0, 1.0]])
    >>> q = ops.array([[0.65, 0.35]])
    >>> aligned, trust = alignment.trusted(q, labels, labels)
    >>> distance = alignment.distance.result()
    >>> [round(float(each), 3) for each in (*aligned[0], trust, distance)]
    [0.575, 0.425, 0.5, 0.15]
    """

    def __init__(
        self,
        num_classes: int,
        *,
        prior: str | Array = "labeled",
        momentum: float = 0.999,
        ramped: bool = False,
        **kwargs: Any,
    ) -> None:
        super().__init__(
            num_classes, prior=prior, momentum=momentum, ramped=ramped, **kwargs
        )
        uniform = [1 / num_classes] * num_classes
        self.labeled = MovingAverage(momentum, uniform, ramped=ramped)
        self.distance = keras.metrics.Mean(name="mix_distance")

    def trusted(
        self,
        q: Tensor,
        labels: Tensor | None = None,
        labeled: Tensor | None = None,
    ) -> tuple[Tensor, Tensor | float]:
        """Aligned `(n, num_classes)`, and `trust`; takes in the batch.

        Args:
            q: Probabilities `(n, num_classes)` for unlabeled images.
            labels: Those of `ClassPrior`.
            labeled: Probabilities `(b, num_classes)` for labeled images.

        Raises:
            ValueError: There are none for labeled images.
        """
        u, y = self.predictions(ops.mean(q, axis=0)), self.prior(labels)
        if labeled is None:
            raise ValueError(
                "Received: prior='estimated' and no logits of labeled images. "
                "Expected those of a view of them. Pass `labeled`, or the "
                "prior 'labeled'."
            )
        said = align(u, y, self.labeled(ops.mean(labeled, axis=0)))
        distance = ops.sum(ops.abs(said - y)) / 2
        self.distance.update_state(distance)
        trust = ops.clip(2 - distance / TOLERANCE, 0, 1)
        return align(q, trust * y + (1 - trust) * said, u), trust

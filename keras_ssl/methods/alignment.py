"""`DistributionAlignment`: predictions as varied as the classes should be."""

from typing import Any

import keras
import numpy as np
from keras import ops

from keras_ssl.functional import align
from keras_ssl.methods.moving_average import MovingAverage
from keras_ssl.methods.moving_average import MovingWindow
from keras_ssl.utils.typing import Array
from keras_ssl.utils.typing import Tensor

PRIORS = ("uniform", "labeled")


class ClassPrior(keras.layers.Layer):
    """The distribution that classes should have, given or followed.

    Args:
        num_classes: How many classes there are.
        prior: `"uniform"`, `"labeled"` (a moving average of the labels in the
            batches, from uniform on) or probabilities `(num_classes,)`.
        momentum: Momentum of the moving average, in `[0, 1]`.

    Raises:
        ValueError: The prior has another number of classes.

    Example:

    >>> prior = ClassPrior(2, "labeled", momentum=0.5)
    >>> [float(p) for p in prior(ops.array([[1.0, 0.0]]))]
    [0.75, 0.25]
    """

    def __init__(
        self,
        num_classes: int,
        prior: str | Array = "uniform",
        *,
        momentum: float = 0.999,
        **kwargs: Any,
    ) -> None:
        kwargs.setdefault("dtype", "float32")
        super().__init__(**kwargs)
        uniform = [1 / num_classes] * num_classes
        self.prior = uniform if isinstance(prior, str) else list(prior)
        if len(self.prior) != num_classes:
            raise ValueError(
                f"Received: a prior of {len(self.prior)} probabilities for "
                f"{num_classes} classes. Expected one for each class. Pass as "
                "many as the model has outputs."
            )
        self.labels = (
            MovingAverage(momentum, uniform)
            if isinstance(prior, str) and prior == "labeled"
            else None
        )
        self.built = True

    def call(self, labels: Tensor | None = None) -> Tensor:
        """The prior `(num_classes,)`, once it has taken in the labels.

        Args:
            labels: `(b, num_classes)`, one-hot or the predictions for labeled
                images, for a prior that follows them.

        Raises:
            ValueError: The prior follows labels, and there are none.
        """
        if self.labels is None:
            return ops.array(self.prior, "float32")
        if labels is None:
            raise ValueError(
                "Received: no labels for a prior that follows them. Expected "
                "those of labeled images, one-hot. Pass `labels`, or the prior "
                "'uniform'."
            )
        return self.labels(ops.mean(labels, axis=0))


class DistributionAlignment(keras.layers.Layer):
    """`align(q, prior, average of the predictions)`, batch after batch.

    The average takes in the batch before it is used.

    Args:
        num_classes: Length of `q`.
        prior: The mix to align to, as in `ClassPrior`.
        momentum: Momentum of the moving averages, in `[0, 1]`.
        window: Average the predictions of that many batches alike instead.
        uniform_start: Whether the average of the predictions starts from
            uniform, or is that of the batches so far (`False`).
        ramped: Whether the average of the predictions forgets its start, see
            `MovingAverage`. The prior does not: the first batches of many
            classes hold only a few of them.

    Example:

    >>> alignment = DistributionAlignment(2, momentum=0.5)
    >>> aligned = alignment(ops.array([[0.9, 0.1], [0.7, 0.3]]))
    >>> [round(float(p), 4) for p in aligned[0]]
    [0.8289, 0.1711]

    Reference:
        [Berthelot et al., 2020](https://arxiv.org/abs/1911.09785)
    """

    def __init__(
        self,
        num_classes: int,
        *,
        prior: str | Array = "uniform",
        momentum: float = 0.999,
        window: int | None = None,
        uniform_start: bool = True,
        ramped: bool = False,
        **kwargs: Any,
    ) -> None:
        kwargs.setdefault("dtype", "float32")
        super().__init__(**kwargs)
        start = 1 / num_classes if uniform_start else 0.0
        self.predictions = (
            MovingAverage(momentum, [start] * num_classes, ramped=ramped)
            if window is None
            else MovingWindow(window, (num_classes,), start or None)
        )
        self.prior = ClassPrior(num_classes, prior, momentum=momentum)
        self.built = True

    def call(self, q: Tensor, labels: Tensor | None = None) -> Tensor:
        """Aligned `(n, num_classes)` probabilities; takes in the batch.

        Args:
            q: Probabilities `(n, num_classes)`.
            labels: One-hot labels `(b, num_classes)`, or `None`.
        """
        current = self.predictions(ops.mean(q, axis=0))
        return align(q, self.prior(labels), current)

    def trusted(
        self,
        q: Tensor,
        labels: Tensor | None = None,
        labeled: Tensor | None = None,
    ) -> tuple[Tensor, Tensor | float]:
        """What `call` returns, and how far to trust it: entirely, 1."""
        return self(q, labels), 1.0


def check_prior(prior: str | Array, *others: str) -> str | list[float]:
    """The prior as a config holds it.

    Args:
        prior: `"uniform"`, `"labeled"` or probabilities.
        *others: Further names that are known.

    Raises:
        ValueError: It is neither a known name nor probabilities.

    Example:

    >>> check_prior([0.25, 0.75])
    [0.25, 0.75]
    """
    if isinstance(prior, str):
        known = prior in (*PRIORS, *others)
    else:
        values = np.asarray(prior, "float64")
        known = values.ndim == 1 and bool(np.all(values >= 0))
        known = known and abs(values.sum() - 1) < 1e-3
        prior = values.tolist()
    if known:
        return prior
    raise ValueError(
        f"Received: prior={prior!r}. Expected "
        f"{', '.join(map(repr, (*PRIORS, *others)))} or one probability for "
        "each class, which sum to 1. Divide your class counts by their sum."
    )


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
        momentum: Momentum of the moving averages, in `[0, 1]`.
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
            labels: One-hot labels `(b, num_classes)`, or `None`.
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

"""`RampUp`: a weight that rises over the first steps."""

import math
from typing import Any

import keras
from keras import ops

from keras_ssl.functional import pseudo_label
from keras_ssl.methods.method import check_interval
from keras_ssl.utils.checks import check_name
from keras_ssl.utils.typing import Tensor


class RampUp(keras.layers.Layer):
    """`min(1, step / steps)`, where each call is a step, counted from 0.

    The count is a variable, so that it is saved and loaded with the method that
    holds it.

    Args:
        steps: Steps until the weight is 1, at least 0; 0 makes it 1 from the
            start.

    Raises:
        ValueError: `steps` is negative.

    Example:

    >>> ramp_up = RampUp(2)
    >>> [float(ramp_up()) for _ in range(4)]
    [0.0, 0.5, 1.0, 1.0]
    """

    def __init__(self, steps: int, **kwargs: Any) -> None:
        kwargs.setdefault("dtype", "float32")
        super().__init__(**kwargs)
        self.steps = check_interval("ramp_up_steps", steps, 0, float("inf"))
        self.step = self.add_weight(
            name="step",
            initializer="zeros",
            trainable=False,
            aggregation="only_first_replica",
        )
        self.built = True

    def __call__(self) -> Tensor:
        """The weight of the present step, in `[0, 1]`; counts the step."""
        # Keras' own `__call__` wants a tensor.
        share = self.step / self.steps if self.steps else ops.ones(())
        weight = ops.minimum(1.0, share)
        self.step.assign(self.step + 1.0)
        return weight


def cosine(weight: Tensor) -> Tensor:
    """Rises from 0 to 1 as its argument does, slowly at both ends.

    `(1 - cos(pi * weight)) / 2`, of a weight in `[0, 1]`.

    Example:

    >>> [round(float(cosine(weight)), 4) for weight in (0.0, 0.25, 0.5, 1.0)]
    [0.0, 0.1464, 0.5, 1.0]
    """
    return 0.5 - 0.5 * ops.cos(math.pi * weight)


SCHEDULES = {
    "linear": lambda progress: progress,
    "log": lambda progress: 1.0 - ops.exp(-5.0 * progress),
    "exp": lambda progress: ops.exp(5.0 * (progress - 1.0)),
}


class SignalAnnealing(keras.layers.Layer):
    """Leaves out labeled images while their label is likely enough.

    An image counts while the probability of its label is at most
    `annealing_threshold(schedule, step / steps, num_classes)`. The loss is
    divided as the compiled one's `reduction` says: by default by all images, as
    in USB; with `"mean_with_sample_weight"` by those that count, as in the
    paper.

    Args:
        schedule: `"linear"`, `"log"` or `"exp"`: how the threshold rises.
        steps: Steps until it has risen, at least 1: those of the run.

    Raises:
        ValueError: An argument is not one of those above.

    Example:

    >>> annealing = SignalAnnealing("linear", steps=10)
    >>> labels, logits = [[1.0, 0.0], [0.0, 1.0]], [[3.0, 0.0], [3.0, 0.0]]
    >>> [float(each) for each in annealing.kept(labels, logits)]
    [0.0, 1.0]

    Reference:
        [Xie et al., 2019](https://arxiv.org/abs/1904.12848)
    """

    def __init__(self, schedule: str, steps: int, **kwargs: Any) -> None:
        kwargs.setdefault("dtype", "float32")
        super().__init__(**kwargs)
        self.schedule = check_name(schedule, "annealing", SCHEDULES)
        self.progress = RampUp(
            int(check_interval("annealing_steps", steps, 1, math.inf))
        )
        self.built = True

    def kept(self, labels: Tensor, logits: Tensor) -> Tensor:
        """1 for images that count at this step, 0 for others; counts the step.

        Args:
            labels: `(b, num_classes)`, one-hot.
            logits: `(b, num_classes)`.

        Returns:
            `(b,)`, float32.
        """
        probabilities, _, _ = pseudo_label(logits)
        right = ops.sum(ops.cast(labels, "float32") * probabilities, axis=-1)
        threshold = annealing_threshold(
            self.schedule, self.progress(), probabilities.shape[-1]
        )
        return ops.cast(right <= threshold, "float32")

    def labeled_loss(
        self, loss: Any, labels: Tensor, labeled: Tensor
    ) -> Tensor:
        """The compiled loss of those that count, as in `Method`."""
        return loss(labeled, sample_weight=self.kept(labels, labeled))


def annealing_threshold(
    schedule: str, progress: Tensor, num_classes: int
) -> Tensor:
    """The probability up to which the label of an image is trained.

    `(1 - 1 / num_classes) * alpha + 1 / num_classes`, where `alpha` is `t`
    (`"linear"`), `1 - exp(-5 * t)` (`"log"`) or `exp(5 * (t - 1))` (`"exp"`).

    Args:
        schedule: One of these names.
        progress: `t`, the part of the run that is over, in `[0, 1]`.
        num_classes: How many classes there are.

    Returns:
        A tensor of the shape of `progress`, float32.

    Example:

    >>> round(float(annealing_threshold("log", 0.25, 4)), 4)
    0.7851

    Reference:
        [Xie et al., 2019](https://arxiv.org/abs/1904.12848)
    """
    alpha = SCHEDULES[schedule](ops.cast(progress, "float32"))
    return alpha * (1.0 - 1.0 / num_classes) + 1.0 / num_classes

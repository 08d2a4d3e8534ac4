"""Pi-model: two weak views that should agree."""

from typing import Any

from keras_ssl.functional import pseudo_label
from keras_ssl.functional import squared_error
from keras_ssl.methods.method import Method
from keras_ssl.methods.method import check_interval
from keras_ssl.methods.ramp_up import RampUp
from keras_ssl.utils.registry import register
from keras_ssl.utils.typing import Tensor


@register
class PiModel(Method):
    """Holds a weak view to the prediction for another one.

    `loss = weight * ramp * mean((softmax(weak_2) - q) ** 2)`, where `q =
    softmax(weak)` takes no gradient, `ramp = min(1, step / ramp_up_steps)`, and
    the mean runs over images and classes. Weight, ramp and the target without
    gradient are those of the later comparisons, in which the ramp takes 40 % of
    the run. The paper has a Gaussian ramp-up, a gradient through both views,
    and labeled images in the mean, which `fit` adds to the unlabeled ones.

    Args:
        weight: Weight of the loss, at least 0.
        ramp_up_steps: Steps over which the weight rises linearly from 0. 0
            means the full weight from the start.

    Example:

    >>> method = PiModel(weight=2)
    >>> round(float(method([[1.0, 0.0]], [[0.0, 0.0]])), 4)
    0.1068

    Reference:
        [Laine and Aila, 2017](https://arxiv.org/abs/1610.02242)
    """

    batch_norm = "labeled"

    def __init__(
        self, weight: float = 10.0, ramp_up_steps: int = 0, **kwargs: Any
    ) -> None:
        super().__init__(**kwargs)
        self.weight = check_interval("weight", weight, 0, float("inf"))
        self.ramp_up_steps = ramp_up_steps
        self.ramp_up = RampUp(ramp_up_steps)

    def call(self, weak: Tensor, weak_2: Tensor) -> Tensor:
        """The loss of logits `(n, num_classes)` of both views."""
        q, _, _ = pseudo_label(weak)
        loss = self.masked_mean(1.0, squared_error(q, weak_2), q)
        return self.weight * self.ramp_up() * loss

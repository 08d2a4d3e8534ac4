"""Mean Teacher: the averaged weights set the target."""

from typing import Any

from keras_ssl.functional import pseudo_label
from keras_ssl.functional import squared_error
from keras_ssl.methods.method import Method
from keras_ssl.methods.method import check_interval
from keras_ssl.methods.ramp_up import RampUp
from keras_ssl.utils.registry import register
from keras_ssl.utils.typing import Tensor


@register
class MeanTeacher(Method):
    """Holds a weak view to what the averaged weights predict for another.

    `loss = weight * ramp * mean((softmax(weak) - softmax(teacher)) ** 2)`,
    where the teacher takes no gradient, `ramp = min(1, step / ramp_up_steps)`,
    and the mean runs over images and classes. The averaged weights are those
    of the model, which `ema` sets. Weight and ramp are those of the later
    comparisons, in which the ramp takes 40 % of the run; the paper's is
    `exp(-5 * (1 - step / ramp_up_steps) ** 2)`.

    Args:
        weight: Weight of the loss, at least 0.
        ramp_up_steps: Steps over which the weight rises linearly from 0. 0
            means the full weight from the start.

    Example:

    >>> method = MeanTeacher(weight=2)
    >>> round(float(method([[1.0, 0.0]], [[0.0, 0.0]])), 4)
    0.1068

    Reference:
        [Tarvainen and Valpola, 2017](https://arxiv.org/abs/1703.01780)
    """

    targets = ("teacher",)
    batch_norm = "labeled"

    def __init__(
        self, weight: float = 50.0, ramp_up_steps: int = 0, **kwargs: Any
    ) -> None:
        super().__init__(**kwargs)
        self.weight = check_interval("weight", weight, 0, float("inf"))
        self.ramp_up_steps = ramp_up_steps
        self.ramp_up = RampUp(ramp_up_steps)

    def call(self, teacher: Tensor, weak: Tensor) -> Tensor:
        """The loss of logits `(n, num_classes)` of teacher and student."""
        q, _, _ = pseudo_label(teacher)
        loss = self.masked_mean(1.0, squared_error(q, weak), q)
        return self.weight * self.ramp_up() * loss

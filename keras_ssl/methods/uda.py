"""UDA: a sharpened soft label."""

from typing import Any

from keras_ssl.functional import kl_divergence
from keras_ssl.functional import pseudo_label
from keras_ssl.functional import sharpen
from keras_ssl.methods.method import Method
from keras_ssl.methods.method import check_interval
from keras_ssl.methods.ramp_up import SignalAnnealing
from keras_ssl.utils.registry import register
from keras_ssl.utils.typing import Tensor


@register
class UDA(Method):
    """Holds the strong view to the weak view's sharpened prediction.

    `loss = mean(1[max(q) >= threshold] * KL(sharpen(q) || softmax(strong)))`,
    where `q = softmax(weak)` takes no gradient and `sharpen(q)` is
    `q ** (1 / temperature)`, normalised. The confidence is that of `q` itself.
    Choosing unlabeled images of the right domain is not part of it.

    Args:
        temperature: Sharpens the target, in `[0.01, 1]`; 1 leaves it as it is.
        threshold: Confidence from which a prediction counts. Above 1, none
            does.
        annealing: `"linear"`, `"log"` or `"exp"` leaves out labeled images
            while their label is likely enough, see `SignalAnnealing` (training
            signal annealing); `None` leaves out none.
        annealing_steps: Steps of the whole run, for the annealing.

    Example:

    >>> method = UDA(threshold=0.8)
    >>> loss = method([[3.0, 0.0], [0.1, 0.0]], [[1.0, 1.0], [0.0, 9.0]])
    >>> round(float(loss), 4), float(method.mask_ratio.result())
    (0.3442, 0.5)

    Reference:
        [Xie et al., 2019](https://arxiv.org/abs/1904.12848)
    """

    def __init__(
        self,
        temperature: float = 0.4,
        threshold: float = 0.8,
        annealing: str | None = None,
        annealing_steps: int = 0,
        **kwargs: Any,
    ) -> None:
        super().__init__(**kwargs)
        self.temperature = check_interval("temperature", temperature, 0.01, 1)
        self.threshold = check_interval("threshold", threshold, 0, 2)
        self.annealing = annealing
        self.annealing_steps = annealing_steps
        if annealing is None and annealing_steps:
            raise ValueError(
                f"Received: annealing_steps={annealing_steps} and no "
                "annealing. Expected its form too. Pass annealing='linear', "
                "'log' or 'exp'."
            )
        if annealing is not None:
            self.signal = SignalAnnealing(annealing, annealing_steps)
            self.labeled_loss = self.signal.labeled_loss

    def call(self, weak: Tensor, strong: Tensor) -> Tensor:
        """The loss of logits `(n, num_classes)` of both views."""
        q, confidence, _ = pseudo_label(weak)
        target = sharpen(q, self.temperature)
        mask = confidence >= self.threshold
        return self.masked_mean(mask, kl_divergence(target, strong), q)

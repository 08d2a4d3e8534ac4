"""Pseudo-Label: the one-view ancestor."""

from typing import Any

from keras_ssl.functional import cross_entropy
from keras_ssl.functional import pseudo_label
from keras_ssl.methods.method import Method
from keras_ssl.methods.method import check_interval
from keras_ssl.methods.ramp_up import RampUp
from keras_ssl.utils.registry import register
from keras_ssl.utils.typing import Tensor


@register
class PseudoLabel(Method):
    """Trains the weak view on its own confident label.

    `loss = w * mean(1[max(q) >= threshold] * H(argmax(q), softmax(weak)))`,
    where `q` takes no gradient and `w = min(1, step / ramp_up_steps)`. The
    paper raises the weight over training and has no threshold; the threshold of
    0.95 is that of the later comparisons, which ramp up over 40 % of the run.

    Args:
        threshold: Confidence from which a pseudo-label counts. Above 1, none
            does.
        ramp_up_steps: Steps over which the loss rises linearly from 0 to its
            full weight. 0 means the full weight from the start.

    Example:

    >>> method = PseudoLabel(threshold=0.8)
    >>> round(float(method([[3.0, 0.0], [0.1, 0.0]])), 4)
    0.0243

    Reference:
        [Lee, 2013](https://www.kaggle.com/blobs/download/forum-message-attachment-files/746/pseudo_label_final.pdf)
    """

    targets = ()
    batch_norm = "labeled"

    def __init__(
        self, threshold: float = 0.95, ramp_up_steps: int = 0, **kwargs: Any
    ) -> None:
        super().__init__(**kwargs)
        self.threshold = check_interval("threshold", threshold, 0, 2)
        self.ramp_up_steps = ramp_up_steps
        self.ramp_up = RampUp(ramp_up_steps)

    def call(self, weak: Tensor) -> Tensor:
        """The loss of logits `(n, num_classes)` of the weak view."""
        q, confidence, label = pseudo_label(weak)
        mask = confidence >= self.threshold
        loss = self.masked_mean(mask, cross_entropy(label, weak), q)
        return self.ramp_up() * loss

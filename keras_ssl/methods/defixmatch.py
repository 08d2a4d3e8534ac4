"""DeFixMatch: FixMatch without the bias of its pseudo-labels."""

from typing import Any

from keras import ops

from keras_ssl.functional import cross_entropy
from keras_ssl.functional import pseudo_label
from keras_ssl.methods.method import Method
from keras_ssl.methods.method import check_interval
from keras_ssl.utils.registry import register
from keras_ssl.utils.typing import Tensor


@register
class DeFixMatch(Method):
    """Subtracts what FixMatch's loss would be on the labeled images.

    `loss = weight * (F(weak, strong) - F(labeled, labeled_strong))`, where
    `F(weak, strong) = mean(1[max(q) >= threshold] * H(argmax(q),
    softmax(strong)))`, and `q = softmax(weak)` takes no gradient. Its expected
    value is 0, so that the labeled loss, the mean over both views, stays an
    unbiased estimate of the risk. It may be negative.

    Args:
        threshold: Confidence from which a pseudo-label counts. Above 1, none
            does.
        weight: Weight of the loss, at least 0.

    Example:

    >>> sure, unsure, strong = [[3.0, 0.0]], [[0.1, 0.0]], [[1.0, 1.0]]
    >>> method = DeFixMatch(threshold=0.8)
    >>> round(float(method(sure, strong, unsure, strong)), 4)
    0.3466
    >>> round(float(method(unsure, strong, sure, strong)), 4)
    -0.3466

    Reference:
        [Schmutz et al., 2023](https://arxiv.org/abs/2203.07512)
    """

    def __init__(
        self, threshold: float = 0.95, weight: float = 0.5, **kwargs: Any
    ) -> None:
        super().__init__(**kwargs)
        self.threshold = check_interval("threshold", threshold, 0, 2)
        self.weight = check_interval("weight", weight, 0, float("inf"))

    def call(
        self,
        weak: Tensor,
        strong: Tensor,
        labeled: Tensor,
        labeled_strong: Tensor,
    ) -> Tensor:
        """The loss of logits `(n, num_classes)` of all four views."""
        q, confidence, label = pseudo_label(weak)
        mask = confidence >= self.threshold
        loss = self.masked_mean(mask, cross_entropy(label, strong), q)
        _, confidence, label = pseudo_label(labeled)
        mask = ops.cast(confidence >= self.threshold, "float32")
        bias = ops.mean(mask * cross_entropy(label, labeled_strong))
        return self.weight * (loss - bias)

    def labeled_loss(
        self, loss: Any, labeled: Tensor, labeled_strong: Tensor
    ) -> Tensor:
        """The mean of the compiled loss over both views."""
        return 0.5 * (loss(labeled) + loss(labeled_strong))

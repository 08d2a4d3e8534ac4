"""FixMatch: a fixed confidence threshold."""

from typing import Any

from keras_ssl.functional import cross_entropy
from keras_ssl.functional import pseudo_label
from keras_ssl.methods.method import Method
from keras_ssl.methods.method import check_interval
from keras_ssl.utils.registry import register
from keras_ssl.utils.typing import Tensor


@register
class FixMatch(Method):
    """Trusts the weak view's label once it is confident enough.

    `loss = mean(1[max(q) >= threshold] * H(argmax(q), softmax(strong)))`, where
    `q = softmax(weak)` takes no gradient (equation 4 of the paper). The mean
    runs over all unlabeled images.

    Args:
        threshold: Confidence from which a pseudo-label counts. Above 1, none
            does.

    Example:

    >>> method = FixMatch(threshold=0.8)
    >>> loss = method([[3.0, 0.0], [0.1, 0.0]], [[1.0, 1.0], [0.0, 9.0]])
    >>> round(float(loss), 4), float(method.mask_ratio.result())
    (0.3466, 0.5)

    Reference:
        [Sohn et al., 2020](https://arxiv.org/abs/2001.07685)
    """

    def __init__(self, threshold: float = 0.95, **kwargs: Any) -> None:
        super().__init__(**kwargs)
        self.threshold = check_interval("threshold", threshold, 0, 2)

    def call(self, weak: Tensor, strong: Tensor) -> Tensor:
        """The loss of logits `(n, num_classes)` of both views."""
        q, confidence, label = pseudo_label(weak)
        mask = confidence >= self.threshold
        return self.masked_mean(mask, cross_entropy(label, strong), q)

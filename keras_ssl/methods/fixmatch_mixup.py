"""FixMatch with mixup beside it, by the same labels."""

from typing import Any

from keras import ops

from keras_ssl.functional import blend
from keras_ssl.functional import cross_entropy
from keras_ssl.functional import one_hot
from keras_ssl.functional import pseudo_label
from keras_ssl.functional import soft_cross_entropy
from keras_ssl.methods.method import Method
from keras_ssl.methods.method import check_interval
from keras_ssl.methods.mixer import Mixer
from keras_ssl.utils.registry import register
from keras_ssl.utils.typing import Tensor


@register
class FixMatchMixUp(Method):
    """Adds blends of images to FixMatch, each with one that has a sure label.

    `loss = fixmatch + mixup_weight * mean(partner_mask * H(target,
    softmax(mixed)))`. `mixed` are the labeled images and weak views, each
    blended with any other of them by a `Mixer`, and `target` is the blend of
    their labels: `argmax(softmax(weak))` of unlabeled ones. A blend counts if
    the image blended *in* is labeled or passes the threshold; the other, which
    has the larger share, need not. FreeMatch's thresholds, which the paper
    tries too, are not part of it.

    Args:
        threshold: Confidence from which a pseudo-label counts. Above 1, none
            does.
        alpha: The shares of a blend are from Beta(alpha, alpha).
        mixup_weight: Weight of the second term, at least 0.

    Example:

    >>> method, logits = FixMatchMixUp(), [[9.0, 0.0]]
    >>> mixed, labels = [[0.0, 0.0], [1.0, 1.0]], [[1.0, 0.0]]
    >>> loss = method(logits, logits, mixed, labels, [1, 0], [0.9, 0.6])
    >>> round(float(loss), 4)
    0.6933

    Reference:
        [EfficientMatch, 2026](https://github.com/BB-Erwan/EfficientMatch)
    """

    uses = ("labeled",)
    mixed = ("mixed",)

    def __init__(
        self,
        threshold: float = 0.95,
        alpha: float = 0.75,
        mixup_weight: float = 1.0,
        **kwargs: Any,
    ) -> None:
        super().__init__(**kwargs)
        self.threshold = check_interval("threshold", threshold, 0, 2)
        self.alpha, self.mixer = alpha, Mixer(alpha)
        self.mixup_weight = check_interval(
            "mixup_weight", mixup_weight, 0, float("inf")
        )

    def mix(self, images: Any) -> Any:
        """Blends labeled images and weak views."""
        rows = ops.concatenate([images["labeled"], images["weak"]])
        partner, share = self.mixer.draw(ops.shape(rows)[0])
        mixed = blend(rows, partner, share)
        return {"mixed": mixed}, {"partner": partner, "share": share}

    def call(
        self,
        weak: Tensor,
        strong: Tensor,
        mixed: Tensor,
        labels: Tensor,
        partner: Tensor,
        share: Tensor,
        sample_weight: Tensor | None = None,
    ) -> Tensor:
        """The loss of logits of `n` unlabeled images and of `b + n` blends.

        The labeled images come first in `mixed`, `partner` and `share`. Their
        `labels` count in a blend by `sample_weight`, of shape `(b,)`.
        """
        q, confidence, label = pseudo_label(weak)
        mask = ops.cast(confidence >= self.threshold, "float32")
        loss = self.masked_mean(mask, cross_entropy(label, strong), q)
        if sample_weight is not None:
            labels = sample_weight[:, None] * labels
        sure = ops.concatenate([ops.ones_like(labels[:, 0]), mask])
        target = ops.concatenate([labels, one_hot(label, q.shape[-1])])
        unlike = soft_cross_entropy(blend(target, partner, share), mixed)
        mixup = ops.mean(ops.take(sure, partner) * unlike)
        return loss + self.mixup_weight * mixup

"""FreeMatch: thresholds that adapt themselves."""

from typing import Any

from keras import ops

from keras_ssl.functional import cross_entropy
from keras_ssl.functional import normalize
from keras_ssl.functional import pseudo_label
from keras_ssl.functional import ratio
from keras_ssl.methods.alignment import ClassPrior
from keras_ssl.methods.alignment import check_prior
from keras_ssl.methods.method import Method
from keras_ssl.methods.method import check_interval
from keras_ssl.methods.moving_average import MovingAverage
from keras_ssl.utils.registry import register
from keras_ssl.utils.typing import Array
from keras_ssl.utils.typing import Tensor


@register
class FreeMatch(Method):
    """Lets the threshold of each class follow the network's confidence.

    `loss = mean(1[max(q) >= t[k]] * H(k, softmax(strong))) + fairness_weight *
    fairness(...)`, where `q = softmax(weak)` takes no gradient, `k = argmax(q)`
    and `t = threshold * probability / max(probability)`. `threshold`,
    `probability` and `histogram` are moving averages of `max(q)`, `q` and
    one-hot `k`, from `1 / num_classes` on, updated before they are used.

    Args:
        momentum: Momentum of the moving averages, in `[0, 1]`.
        fairness_weight: Weight of `fairness`, at least 0.
        clip: Lowest and highest `t`, in `[0, 1]`; `(0.9, 0.95)` for SVHN.
        prior: Fairness towards `"uniform"`, `"labeled"` or probabilities
            `(num_classes,)` instead of `probability`, as in the paper (`None`).

    Example:

    >>> method = FreeMatch(fairness_weight=0)
    >>> loss = method([[3.0, 0.0], [0.1, 0.0]], [[1.0, 1.0], [0.0, 9.0]])
    >>> round(float(loss), 4), round(float(method.threshold.value), 4)
    (4.8466, 0.5002)

    Reference:
        [Wang et al., 2023](https://arxiv.org/abs/2205.07246)
    """

    def __init__(
        self,
        momentum: float = 0.999,
        fairness_weight: float = 0.01,
        clip: tuple[float, float] = (0.0, 1.0),
        prior: str | Array | None = None,
        **kwargs: Any,
    ) -> None:
        super().__init__(**kwargs)
        self.momentum = check_interval("momentum", momentum, 0, 1)
        self.fairness_weight = check_interval(
            "fairness_weight", fairness_weight, 0, float("inf")
        )
        low, high = (check_interval("clip", each, 0, 1) for each in clip)
        self.clip = (low, check_interval("clip[1]", high, low, 1))
        self.prior = None if prior is None else check_prior(prior)

    @property
    def inputs(self) -> tuple[str, ...]:
        """What `call` takes: `labels` only where they are the prior."""
        return super().inputs[: 3 if self.prior == "labeled" else 2]

    def build(self, input_shape: Any) -> None:
        """Creates the moving averages for logits `(n, num_classes)`."""
        uniform = [1 / input_shape[-1]] * input_shape[-1]
        self.threshold = MovingAverage(self.momentum, uniform[0])
        self.probability = MovingAverage(self.momentum, uniform)
        self.histogram = MovingAverage(self.momentum, uniform)
        if self.prior is not None:
            self.class_prior = ClassPrior(
                len(uniform), self.prior, momentum=self.momentum
            )

    def call(
        self, weak: Tensor, strong: Tensor, labels: Tensor | None = None
    ) -> Tensor:
        """The loss of logits `(n, num_classes)` of both views."""
        q, confidence, label = pseudo_label(weak)
        one_hot = ops.one_hot(label, q.shape[-1], dtype="float32")
        threshold = self.threshold(ops.mean(confidence))
        probability = self.probability(ops.mean(q, axis=0))
        histogram = self.histogram(ops.mean(one_hot, axis=0))
        thresholds = threshold * probability / ops.max(probability)
        mask = confidence >= ops.take(ops.clip(thresholds, *self.clip), label)
        loss = self.masked_mean(mask, cross_entropy(label, strong), q)
        if self.prior is not None:
            probability = self.class_prior(labels)
        unfair = fairness(mask, strong, probability, histogram)
        return loss + self.fairness_weight * unfair


def fairness(
    mask: Tensor, strong: Tensor, probability: Tensor, histogram: Tensor
) -> Tensor:
    """Self-adaptive fairness: the paper's `-H(target, present)`, to minimise.

    `sum(target * log(present))`, both normalised to sum to 1: `target` is
    `probability / histogram`, and `present` is the same ratio in the strong
    views that pass. It is negative, and 0 when none passes. A class that no
    view predicts has a ratio of 0, of which `log(1e-12)` counts.

    Args:
        mask: `(n,)`, boolean: which images pass.
        strong: Logits `(n, num_classes)`.
        probability: `(num_classes,)`, average of the predictions.
        histogram: `(num_classes,)`, average of the pseudo-labels.

    Returns:
        A scalar, float32.

    Example:

    >>> uniform = [0.5, 0.5]
    >>> loss = fairness([True], [[1.0, 0.0]], uniform, uniform)
    >>> round(float(loss), 4)
    -13.8155
    """
    passed = ops.cast(mask, "float32")[:, None]
    predictions = ops.softmax(ops.cast(strong, "float32"), axis=-1)
    best = ops.argmax(predictions, axis=-1)
    one_hot = ops.one_hot(best, predictions.shape[-1], dtype="float32")
    target = normalize(ratio(probability, histogram))
    present = normalize(
        ratio(
            ops.sum(passed * predictions, axis=0),
            ops.sum(passed * one_hot, axis=0),
        )
    )
    return ops.max(passed) * ops.sum(target * ops.log(present + 1e-12))

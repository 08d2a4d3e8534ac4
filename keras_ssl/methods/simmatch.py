"""SimMatch: labels and likeness to the labeled images correct each other."""

from typing import Any

from keras import ops

from keras_ssl.functional import pseudo_label
from keras_ssl.functional import soft_cross_entropy
from keras_ssl.methods.alignment import DistributionAlignment
from keras_ssl.methods.alignment import check_prior
from keras_ssl.methods.bank import FeatureBank
from keras_ssl.methods.method import Method
from keras_ssl.methods.method import check_interval
from keras_ssl.methods.similarity import ProjectionHead
from keras_ssl.methods.similarity import similarity
from keras_ssl.methods.similarity import smooth
from keras_ssl.methods.similarity import unfold
from keras_ssl.utils.registry import register
from keras_ssl.utils.typing import Array
from keras_ssl.utils.typing import Tensor

WINDOW = 32  # batches
PROJECTION = 128  # features
UNKNOWN = (
    "SimMatch keeps a feature of every labeled image. Received: "
    "num_labeled=None. Expected how many there are. Pass them to `fit` as "
    "arrays, which it counts, or pass `SimMatch(num_labeled=...)`."
)


@register
class SimMatch(Method):
    """Holds the strong view to the weak view's likeness to labeled images too.

    `loss = mean(1[max(p) >= threshold] * H(p, softmax(strong))) +
    instance_weight * mean(H(unfold(q, s), softmax(s_strong)))`, where `s` and
    `s_strong` are the `similarity` of the weak and strong view to the labeled
    images, in features projected to 128 numbers; `q` is `softmax(weak)` after
    alignment over 32 batches, and `p = smooth(q, s)`. Until every labeled image
    has come once, `p = q` and the second term is 0.
    `p`, `q` and `s` take no gradient.

    Args:
        threshold: Confidence from which a label counts. Above 1, none does.
        temperature: Temperature of the similarity of features, in `[0.01, 1]`.
        alpha: How much smoothing keeps of `q`, in `[0, 1]`.
        instance_weight: Weight of the second term, at least 0.
        momentum: Momentum of a labeled image's averaged feature, in `[0, 1]`.
        num_labeled: How many labeled images there are, of which `labeled_index`
            is one. `None` leaves it to `fit`, which counts those in arrays.
        prior: The mix to align to, as in `DistributionAlignment`.

    Example:

    >>> method, eye = SimMatch(num_labeled=4), ops.eye(4)
    >>> loss = method(9 * eye, eye, eye, eye, eye, eye, np.arange(4))
    >>> round(float(method.mask_ratio.result()), 2)
    1.0

    Reference:
        [Zheng et al., 2022](https://arxiv.org/abs/2203.06915)
    """

    def __init__(
        self,
        threshold: float = 0.95,
        temperature: float = 0.1,
        alpha: float = 0.9,
        instance_weight: float = 1.0,
        momentum: float = 0.7,
        num_labeled: int | None = None,
        prior: str | Array = "uniform",
        **kwargs: Any,
    ) -> None:
        super().__init__(**kwargs)
        self.prior = check_prior(prior)
        self.threshold = check_interval("threshold", threshold, 0, 2)
        self.temperature = check_interval("temperature", temperature, 0.01, 1)
        self.alpha = check_interval("alpha", alpha, 0, 1)
        self.instance_weight = check_interval(
            "instance_weight", instance_weight, 0, float("inf")
        )
        self.momentum = check_interval("momentum", momentum, 0, 1)
        self.num_labeled = num_labeled

    def build(self, weak_shape: Any, weak_features_shape: Any) -> None:
        """Creates the head and the bank."""
        if self.num_labeled is None:
            raise ValueError(UNKNOWN)
        sizes = self.num_labeled, PROJECTION, weak_shape[-1]
        self.head = ProjectionHead(PROJECTION)
        self.head.build(weak_features_shape)
        self.alignment = DistributionAlignment(
            sizes[-1], prior=self.prior, window=WINDOW, uniform_start=False
        )
        self.bank = FeatureBank(*sizes, momentum=self.momentum)

    def call(
        self,
        weak: Tensor,
        strong: Tensor,
        weak_features: Tensor,
        strong_features: Tensor,
        labeled_features: Tensor,
        labels: Tensor,
        labeled_index: Tensor,
    ) -> Tensor:
        """The loss of logits `(n, num_classes)` and features `(n, d)`."""
        q = self.alignment(pseudo_label(weak)[0], labels)
        near = ops.stop_gradient(self.similarity(weak_features))
        target = unfold(q, near, self.bank.labels)
        p = smooth(q, near, self.bank.labels, self.alpha)
        complete = ops.all(self.bank.seen())
        p = ops.where(complete, p, q)
        likeness = soft_cross_entropy(target, self.similarity(strong_features))
        self.bank(labeled_index, self.head(labeled_features), labels)
        mask = ops.max(p, axis=-1) >= self.threshold
        loss = self.masked_mean(mask, soft_cross_entropy(p, strong), p)
        likeness = ops.where(complete, ops.mean(likeness), 0.0)
        return loss + self.instance_weight * likeness

    def similarity(self, features: Tensor) -> Tensor:
        """Logits `(n, num_labeled)` over the labeled images that have come."""
        z, bank = self.head(features), self.bank
        # A copy: PyTorch writes the next features over these, which the
        # gradient still needs.
        memory = ops.copy(bank.features.value)
        return similarity(z, memory, self.temperature, bank.seen())

"""CoMatch: labels smoothed by a memory, and a graph of labels and features."""

from typing import Any

from keras import ops

from keras_ssl.functional import normalize
from keras_ssl.functional import pseudo_label
from keras_ssl.functional import soft_cross_entropy
from keras_ssl.methods.alignment import DistributionAlignment
from keras_ssl.methods.alignment import check_prior
from keras_ssl.methods.bank import MemoryQueue
from keras_ssl.methods.method import Method
from keras_ssl.methods.method import check_interval
from keras_ssl.methods.similarity import ProjectionHead
from keras_ssl.methods.similarity import similarity
from keras_ssl.methods.similarity import smooth
from keras_ssl.utils.registry import register
from keras_ssl.utils.typing import Array
from keras_ssl.utils.typing import Tensor

WINDOW = 32  # batches
PROJECTION = 64  # features


@register
class CoMatch(Method):
    """Lets images of like labels have like features, and the reverse.

    `loss = mean(1[max(p) >= threshold] * H(p, softmax(strong))) +
    contrastive_weight * mean(H(graph(p), softmax(z @ z_2.T / temperature)))`.
    `z` and `z_2` are features of `strong` and `strong_2`, projected to 64
    numbers. `p = smooth(q, ...)`, where `q` is `softmax(weak)` after alignment
    over 32 batches, and a queue holds features with `q`, and with the labels of
    labeled images. Until the queue is full, `p = q`. `p` takes no gradient.

    Args:
        threshold: Confidence from which a label counts. Above 1, none does.
        temperature: Temperature of the similarity of features, in `[0.01, 1]`.
        alpha: How much smoothing keeps of `q`, in `[0, 1]`.
        graph_threshold: Agreement from which two images are linked.
        contrastive_weight: Weight of the second term, at least 0.
        queue_size: Entries of the queue; in the paper 5 batches, labeled and
            unlabeled.
        prior: The mix to align to, as in `DistributionAlignment`.

    Example:

    >>> method, eye = CoMatch(), ops.eye(4)
    >>> loss = method(9 * eye, eye, eye, eye, eye, eye, eye)
    >>> round(float(method.mask_ratio.result()), 2)
    1.0

    Reference:
        [Li et al., 2021](https://arxiv.org/abs/2011.11183)
    """

    def __init__(
        self,
        threshold: float = 0.95,
        temperature: float = 0.2,
        alpha: float = 0.9,
        graph_threshold: float = 0.8,
        contrastive_weight: float = 1.0,
        queue_size: int = 2560,
        prior: str | Array = "uniform",
        **kwargs: Any,
    ) -> None:
        super().__init__(**kwargs)
        self.prior = check_prior(prior)
        self.threshold = check_interval("threshold", threshold, 0, 2)
        self.temperature = check_interval("temperature", temperature, 0.01, 1)
        self.alpha = check_interval("alpha", alpha, 0, 1)
        self.graph_threshold = check_interval(
            "graph_threshold", graph_threshold, 0, 1
        )
        self.contrastive_weight = check_interval(
            "contrastive_weight", contrastive_weight, 0, float("inf")
        )
        self.queue_size = int(
            check_interval("queue_size", queue_size, 1, float("inf"))
        )

    def build(self, weak_shape: Any, weak_features_shape: Any) -> None:
        """Creates the head and the memory."""
        num_classes = weak_shape[-1]
        self.head = ProjectionHead(PROJECTION, negative_slope=0.1)
        self.head.build(weak_features_shape)
        self.alignment = DistributionAlignment(
            num_classes, prior=self.prior, window=WINDOW, uniform_start=False
        )
        self.queue = MemoryQueue(self.queue_size, PROJECTION, num_classes)

    def call(
        self,
        weak: Tensor,
        strong: Tensor,
        weak_features: Tensor,
        strong_features: Tensor,
        strong_2_features: Tensor,
        labeled_features: Tensor,
        labels: Tensor,
    ) -> Tensor:
        """The loss of logits `(n, num_classes)` and features `(n, d)`."""
        q = self.alignment(pseudo_label(weak)[0], labels)
        z = ops.stop_gradient(self.head(weak_features))
        near = similarity(z, self.queue.features, self.temperature)
        p = smooth(q, near, self.queue.labels, self.alpha)
        p = ops.where(self.queue.is_full(), p, q)
        known = self.head(labeled_features)
        self.queue(ops.concatenate([known, z]), ops.concatenate([labels, q]))
        mask = ops.max(p, axis=-1) >= self.threshold
        loss = self.masked_mean(mask, soft_cross_entropy(p, strong), p)
        z, z_2 = self.head(strong_features), self.head(strong_2_features)
        links = similarity(z, z_2, self.temperature)
        unlike = soft_cross_entropy(graph(p, self.graph_threshold), links)
        return loss + self.contrastive_weight * ops.mean(unlike)


def graph(p: Tensor, threshold: float) -> Tensor:
    """`p @ p.T` with a diagonal of 1, without weak links, rows normalised.

    Args:
        p: Probabilities `(n, num_classes)`.
        threshold: Links below it become 0, in `[0, 1]`.

    Returns:
        `(n, n)`, float32, of which each row sums to 1.

    Example:

    >>> links = graph(ops.array([[1.0, 0.0], [0.9, 0.1], [0.5, 0.5]]), 0.8)
    >>> [round(float(x), 4) for x in links[0]]
    [0.5263, 0.4737, 0.0]
    """
    links = ops.matmul(p, ops.transpose(p))
    links = ops.where(ops.eye(ops.shape(p)[0], dtype="bool"), 1.0, links)
    return normalize(ops.where(links >= threshold, links, 0.0))

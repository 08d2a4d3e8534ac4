"""SoftMatch: a weight that falls off below the average confidence."""

from typing import Any
from typing import ClassVar

from keras import ops

from keras_ssl.functional import cross_entropy
from keras_ssl.functional import pseudo_label
from keras_ssl.methods.alignment import ESTIMATED
from keras_ssl.methods.alignment import DistributionAlignment
from keras_ssl.methods.alignment import EstimatedAlignment
from keras_ssl.methods.alignment import check_prior
from keras_ssl.methods.method import Method
from keras_ssl.methods.method import check_interval
from keras_ssl.methods.moving_average import MovingAverage
from keras_ssl.utils.registry import register
from keras_ssl.utils.typing import Array
from keras_ssl.utils.typing import Tensor


@register
class SoftMatch(Method):
    """Weighs every image by how confident its label is for its time.

    `loss = mean(w * H(argmax(q), softmax(strong)))`, `q = softmax(weak)`, `w =
    exp(-(n_sigma * min(c - mean, 0)) ** 2 / (2 * variance))`, where the
    confidence `c = max(align(q))` is that after `DistributionAlignment`. `mean`
    and `variance` are moving averages of those of `c`, which take in the batch
    before they are used. `mask_ratio` is the mean of `w`. Neither `q` nor `w`
    takes a gradient.

    Args:
        n_sigma: How fast the weight falls off, at least 0; 0 weighs all by 1.
        momentum: Momentum of the moving averages, in `[0, 1]`.
        uniform_start: Whether the average of `q` starts from uniform, as in
            TorchSSL, or is that of the first batch, as in USB (`False`).
        prior: The distribution to align to: `"uniform"`; `"labeled"`, that of
            the labeled images; `"estimated"`, the same in an
            `EstimatedAlignment`, whose `trust` scales `w`; or probabilities
            `(num_classes,)`.

    Attributes:
        ramped: Whether averages begin with a short memory, in a subclass.

    Example:

    >>> method = SoftMatch(momentum=0.5)
    >>> loss = method([[3.0, 0.0], [0.1, 0.0]], [[1.0, 1.0], [0.0, 9.0]])
    >>> round(float(loss), 4), round(float(method.mask_ratio.result()), 4)
    (4.8262, 0.9977)

    Reference:
        [Chen et al., 2023](https://arxiv.org/abs/2301.10921)
    """

    ramped: ClassVar[bool] = False

    def __init__(
        self,
        n_sigma: float = 2.0,
        momentum: float = 0.999,
        uniform_start: bool = True,
        prior: str | Array = "uniform",
        **kwargs: Any,
    ) -> None:
        super().__init__(**kwargs)
        self.n_sigma = check_interval("n_sigma", n_sigma, 0, float("inf"))
        self.momentum = check_interval("momentum", momentum, 0, 1)
        self.uniform_start = uniform_start
        self.prior = check_prior(prior, ESTIMATED)

    @property
    def inputs(self) -> tuple[str, ...]:
        """What `call` takes: of labeled images only what the prior needs."""
        takes = {"labeled": 3, ESTIMATED: 4}
        return super().inputs[: takes.get(str(self.prior), 2)]

    def build(self, input_shape: Any) -> None:
        """Creates the moving averages for logits `(n, num_classes)`."""
        kind, prior = DistributionAlignment, self.prior
        if prior == ESTIMATED:
            kind, prior = EstimatedAlignment, "labeled"
        self.alignment = kind(
            input_shape[-1],
            prior=prior,
            momentum=self.momentum,
            uniform_start=self.uniform_start,
            ramped=self.ramped or kind is EstimatedAlignment,
        )
        self.mean, self.variance = (
            MovingAverage(self.momentum, start, ramped=self.ramped)
            for start in (1 / input_shape[-1], 1.0)
        )

    def call(
        self,
        weak: Tensor,
        strong: Tensor,
        labels: Tensor | None = None,
        labeled: Tensor | None = None,
    ) -> Tensor:
        """The loss of logits `(n, num_classes)` of both views."""
        q, _, label = pseudo_label(weak)
        weight, _ = self.weigh(q, labels, labeled)
        return self.masked_mean(weight, cross_entropy(label, strong), q)

    def weigh(
        self,
        q: Tensor,
        labels: Tensor | None = None,
        labeled: Tensor | None = None,
    ) -> tuple[Tensor, Tensor]:
        """What images count, `(n,)`, and their aligned probabilities.

        Takes the batch into the moving averages.

        Args:
            q: `(n, num_classes)`, probabilities.
            labels: One-hot `(b, num_classes)`, of labeled images.
            labeled: Logits `(b, num_classes)` for labeled images.
        """
        p = None if labeled is None else pseudo_label(labeled)[0]
        aligned, trust = self.alignment.trusted(q, labels, p)
        self.fed |= {metric.name for metric in self.alignment.metrics}
        confidence = ops.max(aligned, axis=-1)
        mean = self.mean(ops.mean(confidence))
        variance = self.variance(unbiased_variance(confidence))
        below = self.n_sigma * ops.minimum(confidence - mean, 0.0)
        weight = ops.exp(-(below**2) / (2.0 * ops.maximum(variance, 1e-12)))
        return trust * weight, aligned


def unbiased_variance(values: Tensor) -> Tensor:
    """The variance of `(n,)` values with the divisor `n - 1`; 0 for one value.

    Example:

    >>> float(unbiased_variance(ops.array([1.0, 3.0])))
    2.0
    """
    count = ops.cast(ops.shape(values)[0], "float32")
    return ops.var(values) * count / ops.maximum(count - 1.0, 1.0)

"""AdaMatch: a threshold relative to the confidence on labeled images."""

from typing import Any

from keras import ops

from keras_ssl.functional import cross_entropy
from keras_ssl.functional import pseudo_label
from keras_ssl.methods.alignment import DistributionAlignment
from keras_ssl.methods.alignment import check_prior
from keras_ssl.methods.logit_interpolation import LogitInterpolation
from keras_ssl.methods.method import Method
from keras_ssl.methods.method import check_interval
from keras_ssl.methods.ramp_up import RampUp
from keras_ssl.methods.ramp_up import cosine
from keras_ssl.utils.registry import register
from keras_ssl.utils.typing import Array
from keras_ssl.utils.typing import Tensor


@register
class AdaMatch(LogitInterpolation, Method):
    """Trusts images about as confident as the labeled ones, once aligned.

    `loss = w * mean(1[max(q) >= c] * H(argmax(q), softmax(strong)))`, where `q`
    is the aligned `softmax(weak)`, `c` is `relative_threshold *
    mean(max(softmax(labeled)))` without gradient, and `w` rises as a cosine.
    USB has `(0.95, window=None, interpolate=False)`. CTAugment is left out.

    Args:
        relative_threshold: `c` over the confidence on labeled images.
        prior: What `q` is aligned to: `"labeled"` (the average prediction for
            labeled images), `"uniform"` or probabilities `(num_classes,)`.
        momentum: That of moving averages, in `[0, 1]`.
        window: Batches whose mean is aligned, uniform at first; `None` for a
            moving average.
        interpolate: Whether labeled logits are, as `LogitInterpolation` says.
        ramp_up_steps: Steps until `w = 1`; half of the run in the paper.

    Example:

    >>> round(float(AdaMatch()(np.eye(2), np.eye(2), np.eye(2))), 4)
    0.3133

    Reference:
        [Berthelot et al., 2022](https://arxiv.org/abs/2106.04732)
    """

    def __init__(
        self,
        relative_threshold: float = 0.9,
        prior: str | Array = "labeled",
        momentum: float = 0.999,
        window: int | None = 128,
        interpolate: bool = True,
        ramp_up_steps: int = 0,
        **kwargs: Any,
    ) -> None:
        super().__init__(interpolate=interpolate, **kwargs)
        self.relative_threshold = check_interval(
            "relative_threshold", relative_threshold, 0, 2
        )
        self.prior, self.window = check_prior(prior), window
        if window is not None:
            check_interval("window", window, 1, 1e9)
        self.momentum = check_interval("momentum", momentum, 0, 1)
        self.ramp_up_steps = ramp_up_steps
        self.ramp_up = RampUp(ramp_up_steps)

    def build(self, input_shape: Any) -> None:
        """Creates the averages for logits `(n, num_classes)`."""
        own = {n: getattr(self, n) for n in ("prior", "momentum", "window")}
        self.alignment = DistributionAlignment(
            input_shape[-1], uniform_start=self.window is not None, **own
        )

    def call(self, weak: Tensor, strong: Tensor, labeled: Tensor) -> Tensor:
        """The loss of logits of both views and of the labeled images."""
        p, confidence, _ = pseudo_label(labeled)
        q = self.alignment(pseudo_label(weak)[0], p)
        mask = ops.max(q, -1) >= self.relative_threshold * ops.mean(confidence)
        loss = cross_entropy(ops.argmax(q, axis=-1), strong)
        return cosine(self.ramp_up()) * self.masked_mean(mask, loss, q)

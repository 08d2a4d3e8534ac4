"""AdaMatch: a threshold relative to the confidence on labeled images."""

from typing import Any

import keras
from keras import ops

from keras_ssl.functional import cross_entropy
from keras_ssl.functional import pseudo_label
from keras_ssl.methods.alignment import DistributionAlignment
from keras_ssl.methods.alignment import check_prior
from keras_ssl.methods.method import Method
from keras_ssl.methods.method import check_interval
from keras_ssl.methods.ramp_up import RampUp
from keras_ssl.methods.ramp_up import cosine
from keras_ssl.utils.random import SeedGenerator
from keras_ssl.utils.registry import register
from keras_ssl.utils.typing import Array
from keras_ssl.utils.typing import Tensor


class LogitInterpolation:
    """Gives a method's `call` interpolated labeled logits, and their loss.

    A labeled view goes through the network together with the unlabeled ones,
    and once more in a pass without them. Every logit is drawn between both.
    The labeled loss is the mean over the weak and the strong view.

    For a `Method` that also inherits from this, first, and whose `call` takes
    `labeled` last.

    Args:
        interpolate: Whether to do so. Otherwise `call` gets `labeled` as it is,
            the labeled loss is the compiled one of the weak view, and nothing
            else is computed.

    Example:

    >>> class Confident(LogitInterpolation, keras_ssl.methods.Method):
    ...     def call(self, weak, labeled):
    ...         return ops.max(labeled)
    >>> Confident(interpolate=True).inputs
    ('weak', 'labeled', 'labeled_alone', 'labeled_share')
    >>> Confident(interpolate=False).inputs
    ('weak', 'labeled')
    """

    def __init__(self, *, interpolate: bool, **kwargs: Any) -> None:
        super().__init__(**kwargs)
        self.interpolate = interpolate
        if interpolate:
            self.seed_generator = SeedGenerator()
            self.mix = self.draw_shares
            self.labeled_loss = self.interpolated_loss

    @property
    def inputs(self) -> tuple[str, ...]:
        """What `call` takes, and what interpolates `labeled`."""
        more = ("labeled_alone", "labeled_share") if self.interpolate else ()
        return (*super().inputs, *more)

    def __call__(self, *inputs: Tensor, hidden: Tensor | None = None) -> Tensor:
        """The loss; the last two of `inputs` may be left out."""
        if self.interpolate and len(inputs) == len(self.inputs):
            *others, labeled, alone, share = inputs
            inputs = (*others, between(alone, labeled, share))
        return super().__call__(*inputs, hidden=hidden)

    def draw_shares(self, images: Any, labels: Tensor) -> Any:
        """Draws for each logit of both views how much of it is `labeled`."""
        return {}, {
            name: keras.random.uniform(
                ops.shape(labels), seed=self.seed_generator
            )
            for name in ("labeled_share", "labeled_strong_share")
        }

    def interpolated_loss(  # noqa: PLR0913  everything goes by name
        self,
        loss: Any,
        labeled: Tensor,
        labeled_alone: Tensor,
        labeled_share: Tensor,
        labeled_strong: Tensor,
        labeled_strong_alone: Tensor,
        labeled_strong_share: Tensor,
    ) -> Tensor:
        """The mean of the compiled loss over both views, interpolated."""
        weak = between(labeled_alone, labeled, labeled_share)
        strong = between(
            labeled_strong_alone, labeled_strong, labeled_strong_share
        )
        return 0.5 * (loss(weak) + loss(strong))


def between(start: Tensor, end: Tensor, share: Tensor) -> Tensor:
    """`(1 - share) * start + share * end`, element by element.

    Example:

    >>> float(between(2.0, 6.0, 0.25))
    3.0
    """
    start, end, share = (ops.cast(x, "float32") for x in (start, end, share))
    return start + share * (end - start)


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
        momentum: Momentum of the moving averages, in `[0, 1]`.
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

"""`LogitInterpolation`: labeled logits between those of two passes."""

from typing import Any

import keras
from keras import ops

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
            self.seed_generator = keras.random.SeedGenerator()
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

"""`AlignedSoftMatch`: SoftMatch for short runs, from aligned labels."""

from typing import Any
from typing import ClassVar

from keras import ops

from keras_ssl.functional import cross_entropy
from keras_ssl.functional import pseudo_label
from keras_ssl.methods.alignment import ESTIMATED
from keras_ssl.methods.softmatch import SoftMatch
from keras_ssl.utils.registry import register
from keras_ssl.utils.typing import Array
from keras_ssl.utils.typing import Tensor


@register
class AlignedSoftMatch(SoftMatch):
    """SoftMatch in which no class can take over, for runs of minutes.

    `loss = mean(w * H(argmax(a), softmax(strong)))`, where `a =
    align(softmax(weak))`; alignment and weights `w` are those of `SoftMatch`,
    which learns the `argmax` before alignment. A network that has seen few
    labels prefers a class or two, and learning its labels makes that worse;
    aligned ones cannot. The averages of probabilities and confidences have the
    momentum of `keras_ssl.functional.ramped_momentum`, as those of `SoftMatch`
    remember for hundreds of steps where they began.

    This variant is our own. `prior="labeled"` takes the unlabeled images for a
    mix like that of the labeled ones. `"estimated"` does, too, until the
    predictions say that it is another; then they count less, and not at all
    where a fifth of them would have another class. Where you know the mix, pass
    it.

    Args:
        n_sigma: Width of the Gaussian of weights, in standard deviations.
        momentum: The largest one of the moving averages, in `[0, 1]`.
        prior: The distribution to align to, as in `SoftMatch`.

    Example:

    >>> method = AlignedSoftMatch(prior="uniform")
    >>> weak = [[3.0, 0.0], [1.0, 0.0]]
    >>> loss = method(weak, weak, hidden=[0, 1])
    >>> float(method.pseudo_label_accuracy.result())
    1.0
    """

    ramped: ClassVar[bool] = True
    strong_labeled_share: ClassVar[float | str] = "auto"

    def __init__(
        self,
        n_sigma: float = 2.0,
        momentum: float = 0.99,
        prior: str | Array = ESTIMATED,
        **kwargs: Any,
    ) -> None:
        super().__init__(n_sigma, momentum, prior=prior, **kwargs)

    def call(
        self,
        weak: Tensor,
        strong: Tensor,
        labels: Tensor | None = None,
        labeled: Tensor | None = None,
    ) -> Tensor:
        """The loss of logits `(n, num_classes)` of both views."""
        q, _, _ = pseudo_label(weak)
        weight, aligned = self.weigh(q, labels, labeled)
        label = ops.argmax(aligned, axis=-1)
        return self.masked_mean(weight, cross_entropy(label, strong), aligned)

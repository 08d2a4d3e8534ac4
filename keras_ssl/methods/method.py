"""`Method`: what a semi-supervised loss needs, and what it reports."""

import inspect
from typing import Any
from typing import ClassVar

import keras
from keras import ops

from keras_ssl.typing import Tensor


class Method(keras.layers.Layer):
    """A semi-supervised loss: `call` turns views' logits into one scalar.

    Inherit from it and write the paper's formula into `call`. The parameters of
    `call` are the views that the model computes: `weak` and `strong` are the
    logits `(n, num_classes)` of the weakly and the strongly augmented unlabeled
    images. Running statistics are variables of the layer, so that they are
    saved, loaded and resumed.

    Attributes:
        targets: The views that only serve as targets, without gradient.
        batch_norm: Which images update BatchNorm's moving statistics in the
            paper: `"all"` (labeled, weak and strong) or `"labeled"`.

    Example:

    >>> class Agree(Method):
    ...     def call(self, weak, strong):
    ...         target, confidence, _ = keras_ssl.functional.pseudo_label(weak)
    ...         loss = keras.losses.kl_divergence(target, ops.softmax(strong))
    ...         return self.masked_mean(confidence > 0.5, loss)
    >>> Agree().views
    ('weak', 'strong')
    """

    targets: ClassVar[tuple[str, ...]] = ("weak",)
    batch_norm: ClassVar[str] = "all"

    def __init__(self, **kwargs: Any) -> None:
        kwargs.setdefault("dtype", "float32")
        super().__init__(**kwargs)
        self.mask_ratio = keras.metrics.Mean(name="mask_ratio")
        self.pseudo_label_accuracy = keras.metrics.Mean(
            name="pseudo_label_accuracy"
        )
        self._hidden: Tensor | None = None

    @property
    def views(self) -> tuple[str, ...]:
        """The names of the views that `call` takes, in its order."""
        return tuple(inspect.signature(self.call).parameters)

    def __call__(self, *views: Tensor, hidden: Tensor | None = None) -> Tensor:
        """The loss of the views.

        Args:
            *views: Logits `(n, num_classes)`, in the order of `views`.
            hidden: True classes `(n,)` of the same images. They only feed the
                metric `pseudo_label_accuracy`.

        Returns:
            A scalar, float32.
        """
        self._hidden = hidden
        try:
            return super().__call__(*map(ops.convert_to_tensor, views))
        finally:
            self._hidden = None

    def masked_mean(
        self, mask: Tensor, loss: Tensor, label: Tensor | None = None
    ) -> Tensor:
        """The mean of `mask * loss` over *all* images, and its metrics.

        Args:
            mask: `(n,)`, boolean or a weight in `[0, 1]`.
            loss: `(n,)`.
            label: `(n,)` pseudo-labels, for `pseudo_label_accuracy`.

        Returns:
            A scalar. An image that does not pass counts as 0, not as absent.
        """
        mask = ops.stop_gradient(ops.cast(mask, loss.dtype))
        self.mask_ratio.update_state(mask)
        if label is not None and self._hidden is not None:
            right = ops.equal(label, ops.cast(self._hidden, label.dtype))
            self.pseudo_label_accuracy.update_state(right, sample_weight=mask)
        return ops.mean(mask * loss)


def check_interval(name: str, value: float, low: float, high: float) -> float:
    """Returns `value` if it is in `[low, high]`, else raises `ValueError`."""
    if low <= value <= high:
        return value
    raise ValueError(
        f"Received: {name}={value}. Expected a number in [{low}, {high}]. "
        f"Pass one, for example {name}={high if high < 1e9 else low}."
    )

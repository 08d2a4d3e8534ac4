"""`Method`: what a semi-supervised loss needs, and what it reports."""

import inspect
from collections.abc import Callable
from typing import Any
from typing import ClassVar

import keras
import numpy as np
from keras import ops

from keras_ssl.methods.moving_average import HistogramEntropy
from keras_ssl.utils.checks import check_number
from keras_ssl.utils.deprecation import renamed_argument
from keras_ssl.utils.typing import Config
from keras_ssl.utils.typing import Tensor

SIZES = ("num_unlabeled", "num_labeled")


class Method(keras.layers.Layer):
    """A semi-supervised loss: `call` turns views' logits into one scalar.

    Inherit from it and write the paper's formula into `call`. Everything goes
    by name: the parameters of `call` name the tensors that it needs, and the
    model computes these and no others.

    | name | tensor |
    | :-- | :-- |
    | `weak`, `weak_2`, `strong`, `strong_2` | logits `(n, num_classes)` of \
views of the unlabeled images |
    | `teacher` | those of a weak view, by the averaged weights |
    | `labeled`, `labeled_strong` | logits `(b, num_classes)` of the labeled \
images |
    | `labeled_alone` | those of `labeled` again, in a pass of its own |
    | `weak_features`, ... | features `(n, d)` of a view |
    | `labels` | one-hot `(b, num_classes)`, of the labeled images |
    | `index`, `labeled_index` | `(n,)`, `(b,)`: which image it is |

    Running statistics are variables that `build(self, input_shape)` creates
    for logits of that shape; they are saved, loaded and resumed.

    Attributes:
        targets: The views that only serve as targets, without gradient.
        batch_norm: Which images update BatchNorm's moving statistics in the
            paper: `"all"` (labeled, weak and strong) or `"labeled"`.
        strong_labeled_share: What the argument of `SemiSupervisedModel` is by
            default; 0 in a method that takes views of labeled images itself.
        uses: Views that only `mix` needs.
        mixed: Views that `mix` adds.
        labeled_loss: `None`, or a function `(loss, ...)` in place of
            `loss(labeled)`. `loss(logits, sample_weight=None)` is the compiled
            one; the other parameters go by name, as those of `call`.
        mix: `None`, or a function `(images, ...)` that mixes views before they
            go through the network. `images` are those `(n, height, width,
            channels)` of each view by name; it may also take `logits`, those of
            the targets by name, and `labels`. It returns the views that it
            changes or adds, and tensors that `call` and `labeled_loss` may
            name.

    Example:

    >>> class Agree(Method):
    ...     def call(self, weak, strong):
    ...         target, confidence, _ = keras_ssl.functional.pseudo_label(weak)
    ...         loss = keras.losses.kl_divergence(target, ops.softmax(strong))
    ...         return self.masked_mean(confidence > 0.5, loss, target)
    >>> Agree().inputs
    ('weak', 'strong')
    """

    targets: ClassVar[tuple[str, ...]] = ("weak",)
    batch_norm: ClassVar[str] = "all"
    strong_labeled_share: ClassVar[float | str] = 0.0
    uses: ClassVar[tuple[str, ...]] = ()
    mixed: ClassVar[tuple[str, ...]] = ()
    labeled_loss: ClassVar[Callable[..., Tensor] | None] = None
    mix: ClassVar[Callable[..., Any] | None] = None

    def __init_subclass__(cls, **kwargs: Any) -> None:
        super().__init_subclass__(**kwargs)
        given = renamed_argument(
            dict(vars(cls)), "labeled_strong", "strong_labeled_share", None
        )
        if given is not None:
            cls.strong_labeled_share = given

    def __init__(self, **kwargs: Any) -> None:
        kwargs.setdefault("dtype", "float32")
        super().__init__(**kwargs)
        mean = keras.metrics.Mean
        self.mask_ratio = mean(name="mask_ratio")
        self.confidence = mean(name="confidence")
        self.pseudo_label_accuracy = mean(name="pseudo_label_accuracy")
        self.pseudo_label_entropy = HistogramEntropy("pseudo_label_entropy")
        self.fed: set[str] = set()
        self._hidden: Tensor | None = None

    @property
    def inputs(self) -> tuple[str, ...]:
        """What `call` takes, by name, in its order."""
        return parameters(self.call)

    def set_sizes(self, sizes: dict[str, int]) -> None:
        """Takes over how many images there are, where that is not given.

        Args:
            sizes: Numbers of `"unlabeled"` and `"labeled"` images, if known.

        Raises:
            ValueError: The method was built for another number.
        """
        for half, found in sizes.items():
            name = f"num_{half}"
            given = getattr(self, name, found)
            if given not in (None, found):
                raise ValueError(
                    f"Received: {found} {half} images for a method with "
                    f"{name}={given}. Expected the same number. Leave {name} "
                    "out, and `fit` counts; labeled images that also serve as "
                    "unlabeled ones count, unless `include_labeled=False`."
                )
            if hasattr(self, name):
                setattr(self, name, found)

    def build_for(self, num_classes: int, num_features: int | None) -> None:
        """Builds state and monitors, unless a size of the data is missing.

        Args:
            num_classes: The network's.
            num_features: Length of a feature, or `None` without features.
        """
        self.pseudo_label_entropy.build(num_classes)
        shapes = {
            name: (None, num_features if "_features" in name else num_classes)
            for name in parameters(self.build)
        }
        if None not in (getattr(self, size, 0) for size in SIZES):
            self.build(**shapes)

    def __call__(self, *inputs: Tensor, hidden: Tensor | None = None) -> Tensor:
        """The loss.

        Args:
            *inputs: What `inputs` names, in its order. Those that have a
                default may be left out.
            hidden: True classes `(n,)` of the unlabeled images, negative where
                unknown. They only feed the metric `pseudo_label_accuracy`.

        Returns:
            A scalar, float32.
        """
        tensors = [ops.convert_to_tensor(each) for each in inputs]
        self.pseudo_label_entropy.build(tensors[0].shape[-1])
        self._hidden = hidden
        self.fed = set()
        try:
            return super().__call__(*tensors)
        finally:
            self._hidden = None

    def masked_mean(
        self, mask: Tensor, loss: Tensor, probabilities: Tensor | None = None
    ) -> Tensor:
        """The mean of `mask * loss` over *all* images, and what is logged.

        Args:
            mask: `(n,)`, boolean or a weight in `[0, 1]`; or a scalar.
            loss: `(n,)`.
            probabilities: `(n, num_classes)`: what the images are taken for.
                Feeds `confidence`, `pseudo_label_entropy` and, where `hidden`
                is known, `pseudo_label_accuracy`.

        Returns:
            A scalar. An image that does not pass counts as 0, not as absent.
        """
        mask = ops.stop_gradient(ops.cast(mask, loss.dtype))
        mask = ops.broadcast_to(mask, ops.shape(loss))
        self.observe(mask, probabilities)
        return ops.mean(mask * loss)

    def observe(self, mask: Tensor, probabilities: Any = None) -> None:
        """Feeds what is logged; `masked_mean` does it by itself.

        Args:
            mask: `(n,)`, float32, as that of `masked_mean`.
            probabilities: `(n, num_classes)` or `None`, likewise.
        """
        self.mask_ratio.update_state(mask)
        self.fed |= {"mask_ratio"}
        if probabilities is None:
            return
        probabilities = ops.stop_gradient(probabilities)
        label = ops.argmax(probabilities, axis=-1)
        self.confidence.update_state(ops.max(probabilities, axis=-1))
        self.pseudo_label_entropy.update_state(label)
        self.fed |= {"confidence", "pseudo_label_entropy"}
        if self._hidden is not None:
            hidden = ops.cast(self._hidden, label.dtype)
            known = mask * ops.cast(hidden >= 0, mask.dtype)
            right = ops.equal(label, hidden)
            self.pseudo_label_accuracy.update_state(right, sample_weight=known)
            self.fed |= {"pseudo_label_accuracy"}

    def get_config(self) -> Config:
        """The arguments of `__init__`, as the attributes of their names hold.

        Raises:
            AttributeError: There is no such attribute.
        """
        names = inspect.signature(type(self).__init__).parameters
        own = [name for name in names if name not in ("self", "kwargs")]
        missing = [name for name in own if not hasattr(self, name)]
        if missing:
            raise AttributeError(
                f"Received: {type(self).__name__} without attributes "
                f"{missing}. Expected each argument of `__init__` in an "
                "attribute of its name, to be saved. Set them in `__init__`."
            )
        values = {name: _plain(getattr(self, name)) for name in own}
        return {**super().get_config(), **values}


def _plain(value: Any) -> Any:
    return (
        value.tolist() if isinstance(value, np.generic | np.ndarray) else value
    )


def parameters(function: Callable[..., Any] | None) -> tuple[str, ...]:
    """The names that a method's function takes; none of `None`.

    Example:

    >>> parameters(lambda weak, strong: 0), parameters(None)
    (('weak', 'strong'), ())
    """
    return tuple(inspect.signature(function).parameters) if function else ()


def check_interval(name: str, value: float, low: float, high: float) -> float:
    """Returns `value` if it is in `[low, high]`, else raises `ValueError`."""
    return check_number(name, value, low, high)

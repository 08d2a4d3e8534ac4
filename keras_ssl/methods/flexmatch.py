"""FlexMatch: lower thresholds for the classes that are learnt slowly."""

from typing import Any

import keras
from keras import ops

from keras_ssl.functional import cross_entropy
from keras_ssl.functional import pseudo_label
from keras_ssl.functional import ratio
from keras_ssl.methods.method import Method
from keras_ssl.methods.method import check_interval
from keras_ssl.utils.registry import register
from keras_ssl.utils.typing import Tensor

UNKNOWN = (
    "FlexMatch keeps a label for every unlabeled image. Received: "
    "num_unlabeled=None. Expected how many there are. Pass them to `fit` as "
    "arrays, which it counts, or pass `FlexMatch(num_unlabeled=...)`."
)


@register
class FlexMatch(Method):
    """Lowers the threshold of a class while few images are sure to be of it.

    `loss = mean(1[max(q) >= t[k]] * H(k, softmax(strong)))`, where `q =
    softmax(weak)` takes no gradient, `k = argmax(q)`, and `t = threshold * beta
    / (2 - beta)`. `beta` is the `LearningStatus` before this batch, which then
    keeps `k` of the images with `max(q) >= threshold`. At first, all pass.

    Args:
        threshold: Confidence from which a label is kept, in `[0, 1]`.
        num_unlabeled: How many images there are, of which `index` is one.
            `None` leaves it to `fit`, which counts those in arrays.
        threshold_warmup: Whether images without a label lower `beta`.

    Example:

    >>> method = FlexMatch(threshold=0.8, num_unlabeled=3)
    >>> weak, strong = [[3.0, 0.0], [0.1, 0.0]], [[1.0, 1.0], [0.0, 9.0]]
    >>> loss = method(weak, strong, [2, 0])
    >>> round(float(loss), 4), [int(k) for k in method.beta.selected.value]
    (4.8466, [-1, -1, 0])

    Reference:
        [Zhang et al., 2021](https://arxiv.org/abs/2110.08263)
    """

    def __init__(
        self,
        threshold: float = 0.95,
        num_unlabeled: int | None = None,
        threshold_warmup: bool = True,
        **kwargs: Any,
    ) -> None:
        super().__init__(**kwargs)
        self.threshold = check_interval("threshold", threshold, 0, 1)
        self.num_unlabeled = num_unlabeled
        self.threshold_warmup = threshold_warmup

    def build(self, input_shape: Any) -> None:
        """Creates the state for logits `(n, num_classes)`."""
        if self.num_unlabeled is None:
            raise ValueError(UNKNOWN)
        images = check_interval("num_unlabeled", self.num_unlabeled, 1, 1e9)
        sizes = int(images), input_shape[-1]
        self.beta = LearningStatus(*sizes, warmup=self.threshold_warmup)

    def call(self, weak: Tensor, strong: Tensor, index: Tensor) -> Tensor:
        """The loss of logits `(n, num_classes)` of the images `index`."""
        q, confidence, label = pseudo_label(weak)
        thresholds = self.threshold * self.beta.value / (2.0 - self.beta.value)
        mask = confidence >= ops.take(thresholds, label)
        self.beta(index, ops.where(confidence >= self.threshold, label, -1))
        return self.masked_mean(mask, cross_entropy(label, strong), q)


class LearningStatus(keras.layers.Layer):
    """How many images are of each class, relative to the most frequent one.

    `value = counts / max(counts)`, where `counts` are those of the classes in
    `selected`, the last label of every image. With `warmup`, the images without
    one, -1, are a class in the maximum too. While all of `selected` are equal,
    the value stays as it is: 0 at first.

    Over several replicas, it goes by what the first one sees.

    Args:
        num_images: How many images there are.
        num_classes: How many classes there are.
        warmup: Whether images without a label count in the maximum.

    Example:

    >>> status = LearningStatus(6, 2, warmup=True)
    >>> value = status(np.array([0, 1, 5]), np.array([1, -1, 1]))
    >>> [float(p) for p in value], [int(k) for k in status.selected.value]
    ([0.0, 0.5], [1, -1, -1, -1, -1, 1])
    """

    def __init__(
        self, num_images: int, num_classes: int, *, warmup: bool, **kwargs: Any
    ) -> None:
        kwargs.setdefault("dtype", "float32")
        super().__init__(**kwargs)
        self.warmup = warmup
        # XLA does not reach TensorFlow's int32 variables on a GPU; there, "int"
        # is int64.
        self.selected = self._add("selected", num_images, -1, "int")
        self.value = self._add("value", num_classes, 0, "float32")
        self.built = True

    def _add(self, name: str, size: int, start: int, dtype: str) -> Any:
        return self.add_weight(
            name=name,
            shape=(size,),
            dtype=dtype,
            initializer=keras.initializers.Constant(start),
            trainable=False,
            aggregation="only_first_replica",
        )

    def call(self, index: Tensor, label: Tensor) -> Tensor:
        """Takes over the labels of a batch; the value after it.

        Args:
            index: `(n,)`, from 0 to below `num_images`, unchecked. Of labels
                for the same image, the highest is taken.
            label: `(n,)`; -1 leaves the label of the image as it was.
        """
        state = self.selected, self.value
        selected, value = map(ops.convert_to_tensor, state)
        latest = ops.segment_max(label, index, selected.shape[0])
        selected = ops.where(latest >= 0, latest, selected)
        ones = ops.ones_like(selected)
        counts = ops.segment_sum(ones, selected + 1, value.shape[0] + 1)
        most = ops.max(counts if self.warmup else counts[1:])
        differ = ops.any(ops.not_equal(selected, selected[0]))
        value = ops.where(differ, ratio(counts[1:], most), value)
        self.selected.assign(selected)
        self.value.assign(value)
        return value

"""Noisy Student: a teacher's labels, learnt under noise."""

from typing import Any

import numpy as np
from keras import ops

from keras_ssl.methods.method import Method
from keras_ssl.methods.method import check_interval
from keras_ssl.utils.registry import register
from keras_ssl.utils.typing import Array
from keras_ssl.utils.typing import Tensor

UNKNOWN = (
    "NoisyStudent keeps a label for every unlabeled image. Received: "
    "num_unlabeled=None. Expected how many there are. Pass them to `fit` as "
    "arrays, which it counts, or pass `NoisyStudent(num_unlabeled=...)`."
)


@register
class NoisyStudent(Method):
    """Trains the strong view on labels that a teacher gave beforehand.

    `loss = mean(weight * H(table, softmax(strong)))`, with the rows of the
    images: `table` holds the teacher's probabilities, and `weight` how often an
    image counts. Both are variables, zeros at first, which
    `keras_ssl.callbacks.NoisyStudentRounds` fills. `mask_ratio` is the share of
    images that count at all, and what is logged of labels is the teacher's.

    The noise is yours: strong views, and dropout and stochastic depth in the
    network. The paper noises labeled images too, as the model's
    `strong_labeled_share=1` does. The authors' code weighs the loss by the
    ratio of unlabeled to labeled images in a batch: `unlabeled_weight=7` for
    `unlabeled_ratio=7`.

    Args:
        num_unlabeled: How many images there are, of which `index` is one.
            `None` leaves it to `fit`, which counts those in arrays. The
            variables take `4 * (num_classes + 1)` bytes for each.

    Example:

    >>> method = NoisyStudent(num_unlabeled=2)
    >>> method.build((None, 2))
    >>> _ = method.table.assign([[0.75, 0.25], [0.0, 1.0]])
    >>> _ = method.weight.assign([2.0, 0.0])
    >>> loss = method([[0.0, 0.0], [9.0, 0.0]], [0, 1])
    >>> round(float(loss), 4), float(method.mask_ratio.result())
    (0.6931, 0.5)

    Reference:
        [Xie et al., 2020](https://arxiv.org/abs/1911.04252)
    """

    targets = ()

    def __init__(self, num_unlabeled: int | None = None, **kwargs: Any) -> None:
        super().__init__(**kwargs)
        self.num_unlabeled = num_unlabeled

    def build(self, input_shape: Any) -> None:
        """Creates the state for logits `(n, num_classes)`."""
        if self.num_unlabeled is None:
            raise ValueError(UNKNOWN)
        self.table = self._add("table", self.num_unlabeled, input_shape[-1])
        self.weight = self._add("weight", self.num_unlabeled)

    def _add(self, name: str, *shape: int) -> Any:
        return self.add_weight(
            name=name,
            shape=shape,
            initializer="zeros",
            trainable=False,
            aggregation="only_first_replica",
        )

    def call(self, strong: Tensor, index: Tensor) -> Tensor:
        """The loss of logits `(n, num_classes)` of the images `index`."""
        target = ops.take(self.table, index, axis=0)
        weight = ops.take(self.weight, index)
        log_p = ops.log_softmax(ops.cast(strong, "float32"), axis=-1)
        loss = weight * -ops.sum(target * log_p, axis=-1)
        return self.masked_mean(weight > 0, loss, target)


def teacher_labels(
    probabilities: Array,
    *,
    threshold: float = 0.3,
    balance: bool = True,
    max_repeats: int = 10,
    temperature: float = 1.0,
) -> tuple[Array, Array]:
    """From a teacher's predictions to what the student learns, in NumPy.

    An image is of its most likely class, and counts if the teacher is sure
    enough. With `balance`, every class then gets the same number of images,
    that of all images divided by that of classes, as in the authors' script for
    SVHN: the most confident ones of a large class; of a small one, all of them
    again and again, of which the most confident come once more than others.

    Args:
        probabilities: `(n, num_classes)`, of which each row sums to 1.
        threshold: Confidence from which an image counts, in `[0, 1]`.
        balance: Whether classes are balanced. A class of which no image counts
            stays empty.
        max_repeats: How often an image counts at most. It is the one limit to
            the balance; in the paper there is none.
        temperature: Sharpens the labels by `p ** (1 / temperature)`, in `[0.01,
            1]`; 1 leaves them as they are, and 0.01 makes them hard.

    Returns:
        The labels `(n, num_classes)` and how often each image counts `(n,)`,
        both float32.

    Example:

    >>> sure, unsure = [0.9, 0.1], [0.55, 0.45]
    >>> table, weight = teacher_labels([sure, sure, unsure], threshold=0.6)
    >>> weight.tolist()
    [1.0, 1.0, 0.0]
    """
    check_interval("threshold", threshold, 0, 1)
    check_interval("max_repeats", max_repeats, 1, float("inf"))
    check_interval("temperature", temperature, 0.01, 1)
    p = np.asarray(probabilities, "float64")
    confidence = p.max(axis=1)
    kept = confidence >= threshold
    weight = kept.astype("float32")
    if balance:
        weight = balanced(p.argmax(axis=1), confidence * kept, p.shape[1])
        weight = np.minimum(weight, max_repeats)
    # Relative to the largest, of which no power underflows.
    sharp = (p / confidence[:, None]) ** (1 / temperature)
    table = sharp / sharp.sum(axis=1, keepdims=True)
    return table.astype("float32"), weight


def balanced(label: Array, confidence: Array, num_classes: int) -> Array:
    """How often each image counts so that classes have equally many.

    Args:
        label: Classes `(n,)`.
        confidence: `(n,)`; images with 0 do not count.
        num_classes: How many classes there are.

    Returns:
        Whole numbers `(n,)`, float32, whose sum over each class is `n /
        num_classes`, rounded; or 0.

    Example:

    >>> balanced(np.array([0, 0, 0, 1]), np.array([0.7, 0.9, 0.8, 0.6]), 2)
    array([0., 1., 1., 2.], dtype=float32)
    """
    share = max(1, round(len(label) / num_classes))
    weight = np.zeros(len(label), "float32")
    order = np.argsort(-confidence, kind="stable")
    order = order[confidence[order] > 0]
    for each in range(num_classes):
        members = order[label[order] == each][:share]
        if len(members):
            times, more = divmod(share, len(members))
            weight[members] = times
            weight[members[:more]] += 1
    return weight

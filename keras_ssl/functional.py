"""The vocabulary of the formulas, as pure functions of tensors.

Everything is computed in float32, whatever precision the network runs in: a
float16 softmax rounds a confidence of 0.9996 up to 1, and bfloat16 a threshold
of 0.95 down to 0.949.

Public names:

- `align`: Moves probabilities towards the class distribution that they should
  have.
- `blend`: `share` of each row and `1 - share` of its partner (mixup).
- `cross_entropy`: `-log softmax(logits)[label]` of each row.
- `is_statistic`: Whether a non-trainable variable holds statistics, not a seed
  or count.
- `kl_divergence`: `KL(target || softmax(logits))` of each row.
- `normalize`: Divides each row by its sum; a row of zeros stays one.
- `one_hot`: Labels of any common form, one-hot.
- `pseudo_label`: What a view's logits say about the label, without gradient.
- `quarter_turn`: Turns each image counter-clockwise by a number of quarters.
- `ramped_momentum`: `min(largest, (1 + step) / (10 + step))`: short memory at
  first.
- `ratio`: `numerator / denominator`, and 0 where the denominator vanishes.
- `sharpen`: `p ** (1 / temperature)` of each row, normalised to sum to 1.
- `soft_cross_entropy`: `-sum(target * log softmax(logits))` of each row.
- `squared_error`: `mean((softmax(logits) - target) ** 2)` of each row.
- `to_logits`: The logits of a model's outputs: `log(p)`, of which softmax gives
  `p`.
"""

from keras import ops

from keras_ssl.utils.typing import Tensor

__all__ = [
    "align",
    "blend",
    "cross_entropy",
    "is_statistic",
    "kl_divergence",
    "normalize",
    "one_hot",
    "pseudo_label",
    "quarter_turn",
    "ramped_momentum",
    "ratio",
    "sharpen",
    "soft_cross_entropy",
    "squared_error",
    "to_logits",
]


def pseudo_label(logits: Tensor) -> tuple[Tensor, Tensor, Tensor]:
    """What a view's logits say about the label, without gradient.

    Args:
        logits: `(n, num_classes)`.

    Returns:
        The probabilities `(n, num_classes)`, the largest of each row `(n,)`,
        and its class `(n,)`, int32.

    Example:

    >>> _, confidence, label = pseudo_label([[0.0, 4.0], [1.0, 0.0]])
    >>> [round(float(c), 3) for c in confidence], [int(k) for k in label]
    ([0.982, 0.731], [1, 0])
    """
    logits = ops.stop_gradient(ops.cast(logits, "float32"))
    probabilities = ops.softmax(logits, axis=-1)
    label = ops.cast(ops.argmax(probabilities, axis=-1), "int32")
    return probabilities, ops.max(probabilities, axis=-1), label


def cross_entropy(label: Tensor, logits: Tensor) -> Tensor:
    """`-log softmax(logits)[label]` of each row.

    Args:
        label: `(n,)` classes in `0..num_classes - 1`.
        logits: `(n, num_classes)`.

    Returns:
        `(n,)`, float32, in nats.

    Example:

    >>> loss = cross_entropy([1], [[0.0, 0.0]])
    >>> round(float(loss[0]), 4)
    0.6931
    """
    log_probabilities = ops.log_softmax(ops.cast(logits, "float32"), axis=-1)
    num_classes = log_probabilities.shape[-1]
    chosen = ops.one_hot(label, num_classes, dtype="float32")
    return -ops.sum(chosen * log_probabilities, axis=-1)


def soft_cross_entropy(target: Tensor, logits: Tensor) -> Tensor:
    """`-sum(target * log softmax(logits))` of each row.

    Args:
        target: `(n, num_classes)`, probabilities, or any other weights of the
            classes.
        logits: `(n, num_classes)`.

    Returns:
        `(n,)`, float32, in nats.

    Example:

    >>> loss = soft_cross_entropy([[0.5, 0.5]], [[0.0, 0.0]])
    >>> round(float(loss[0]), 4)
    0.6931
    """
    log_probabilities = ops.log_softmax(ops.cast(logits, "float32"), axis=-1)
    return -ops.sum(ops.cast(target, "float32") * log_probabilities, axis=-1)


def blend(rows: Tensor, partner: Tensor, share: Tensor) -> Tensor:
    """`share` of each row and `1 - share` of its partner (mixup).

    Args:
        rows: `(n, ...)`, float32: images or labels.
        partner: `(n,)`: which row it is blended with.
        share: `(n,)`, in `[0, 1]`.

    Returns:
        `(n, ...)`, float32.

    Example:

    >>> blended = blend(ops.array([0.0, 1.0]), [1, 0], ops.array([0.75, 1.0]))
    >>> [float(x) for x in blended]
    [0.25, 1.0]

    Reference:
        [Zhang et al., 2017](https://arxiv.org/abs/1710.09412)
    """
    rest = ops.reshape(1.0 - share, (-1, *[1] * (len(rows.shape) - 1)))
    return rows + rest * (ops.take(rows, partner, axis=0) - rows)


def one_hot(labels: Tensor, num_classes: int) -> Tensor:
    """Labels of any common form, one-hot.

    Args:
        labels: Classes `(n,)` or `(n, 1)`, or already `(n, num_classes)`.
        num_classes: How many classes there are, at least 2.

    Returns:
        `(n, num_classes)`, float32.

    Example:

    >>> [float(p) for p in one_hot([[1]], 3)[0]]
    [0.0, 1.0, 0.0]
    """
    labels = ops.convert_to_tensor(labels)
    if len(labels.shape) == 2 and labels.shape[-1] == num_classes:
        return ops.cast(labels, "float32")
    labels = ops.reshape(ops.cast(labels, "int32"), (-1,))
    return ops.one_hot(labels, num_classes, dtype="float32")


def normalize(weights: Tensor) -> Tensor:
    """Divides each row by its sum; a row of zeros stays one.

    Args:
        weights: `(..., num_classes)`, at least 0.

    Returns:
        `(..., num_classes)`, float32, of which each row sums to 1.

    Example:

    >>> [float(p) for p in normalize([1.0, 3.0])]
    [0.25, 0.75]
    """
    weights = ops.cast(weights, "float32")
    return ratio(weights, ops.sum(weights, axis=-1, keepdims=True))


def ratio(numerator: Tensor, denominator: Tensor) -> Tensor:
    """`numerator / denominator`, and 0 where the denominator vanishes.

    Args:
        numerator: Any shape.
        denominator: At least 0, of a shape that fits. Below 1e-30, it counts as
            0, so that the ratio stays finite.

    Returns:
        float32.

    Example:

    >>> [float(x) for x in ratio([1.0, 1.0], [2.0, 0.0])]
    [0.5, 0.0]
    """
    numerator = ops.cast(numerator, "float32")
    denominator = ops.cast(denominator, "float32")
    safe = numerator / ops.maximum(denominator, 1e-30)
    return ops.where(denominator > 1e-30, safe, 0.0)


def sharpen(probabilities: Tensor, temperature: float) -> Tensor:
    """`p ** (1 / temperature)` of each row, normalised to sum to 1.

    Args:
        probabilities: `(n, num_classes)`, of which each row sums to 1.
        temperature: Above 0. 1 changes nothing; the lower it is, the more of
            the probability moves to the most likely class.

    Returns:
        `(n, num_classes)`, float32.

    Example:

    >>> [round(float(p), 4) for p in sharpen([[0.75, 0.25]], 0.5)[0]]
    [0.9, 0.1]
    """
    probabilities = ops.cast(probabilities, "float32")
    # Relative to the largest, of which no power underflows.
    largest = ops.max(probabilities, axis=-1, keepdims=True)
    return normalize((probabilities / largest) ** (1.0 / temperature))


def align(probabilities: Tensor, target: Tensor, current: Tensor) -> Tensor:
    """Moves probabilities towards the class distribution that they should have.

    `p * (target + 1e-6) / (current + 1e-6)` of each row, normalised to sum to
    1 (distribution alignment).

    Args:
        probabilities: `(n, num_classes)`, of which each row sums to 1.
        target: `(num_classes,)` or a scalar: the distribution to have.
        current: `(num_classes,)`: the distribution that predictions have, such
            as their running average.

    Returns:
        `(n, num_classes)`, float32.

    Example:

    >>> aligned = align([[0.5, 0.5]], [0.5, 0.5], [0.8, 0.2])
    >>> [round(float(p), 4) for p in aligned[0]]
    [0.2, 0.8]

    Reference:
        [Berthelot et al., 2020](https://arxiv.org/abs/1911.09785)
    """
    target, current = (ops.cast(x, "float32") for x in (target, current))
    probabilities = ops.cast(probabilities, "float32")
    return normalize(probabilities * ((target + 1e-6) / (current + 1e-6)))


def ramped_momentum(largest: float, step: Tensor) -> Tensor:
    """`min(largest, (1 + step) / (10 + step))`: short memory at first.

    Args:
        largest: In `[0, 1]`.
        step: How many values came before, a number or a tensor of any shape.

    Returns:
        float32, of the shape of `step`.

    Example:

    >>> [round(float(m), 2) for m in ramped_momentum(0.99, [0, 10, 10_000])]
    [0.1, 0.55, 0.99]
    """
    step = ops.cast(step, "float32")
    return ops.minimum(largest, (1.0 + step) / (10.0 + step))


def kl_divergence(target: Tensor, logits: Tensor) -> Tensor:
    """`KL(target || softmax(logits))` of each row.

    It is the cross entropy less the entropy of the target, which has no
    gradient with respect to the logits.

    Args:
        target: `(n, num_classes)`, probabilities; zeros are allowed.
        logits: `(n, num_classes)`.

    Returns:
        `(n,)`, float32, in nats.

    Example:

    >>> loss = kl_divergence([[1.0, 0.0]], [[0.0, 0.0]])
    >>> round(float(loss[0]), 4)
    0.6931
    """
    target = ops.cast(target, "float32")
    log_probabilities = ops.log_softmax(ops.cast(logits, "float32"), axis=-1)
    log_target = ops.log(ops.maximum(target, 1e-30))
    return ops.sum(target * (log_target - log_probabilities), axis=-1)


def squared_error(target: Tensor, logits: Tensor) -> Tensor:
    """`mean((softmax(logits) - target) ** 2)` of each row.

    Args:
        target: `(n, num_classes)`, probabilities.
        logits: `(n, num_classes)`.

    Returns:
        `(n,)`, float32: the mean over the classes, not their sum.

    Example:

    >>> loss = squared_error([[1.0, 0.0]], [[0.0, 0.0]])
    >>> float(loss[0])
    0.25
    """
    predictions = ops.softmax(ops.cast(logits, "float32"), axis=-1)
    distance = predictions - ops.cast(target, "float32")
    return ops.mean(distance**2, axis=-1)


def to_logits(outputs: Tensor, *, probabilities: bool) -> Tensor:
    """The logits of a model's outputs: `log(p)`, of which softmax gives `p`.

    Args:
        outputs: `(n, num_classes)`, logits or probabilities.
        probabilities: Whether the outputs are probabilities.

    Returns:
        `(n, num_classes)`, float32.

    Example:

    >>> logits = to_logits([[0.25, 0.75]], probabilities=True)
    >>> round(float(ops.softmax(logits)[0, 1]), 4)
    0.75
    """
    outputs = ops.cast(outputs, "float32")
    if not probabilities:
        return outputs
    return ops.log(ops.maximum(outputs, 1e-7))


def is_statistic(variable: Tensor) -> bool:
    """Whether a non-trainable variable holds statistics, not a seed or count.

    Args:
        variable: A non-trainable `keras.Variable` of a network.

    Example:

    >>> import keras
    >>> layer = keras.layers.BatchNormalization()
    >>> layer.build((None, 3))
    >>> [is_statistic(v) for v in layer.non_trainable_variables]
    [True, True]
    """
    return "float" in str(variable.dtype)


def quarter_turn(images: Tensor, turns: Tensor) -> Tensor:
    """Turns each image counter-clockwise by a number of quarters.

    No pixel changes its value.

    Args:
        images: `(n, height, width, channels)`.
        turns: `(n,)`, int32, from 0 to 3; of images that are not square, 0 or
            2, which keeps their shape.

    Returns:
        Images of the same shape.

    Example:

    >>> image = ops.array([[[[1], [2]], [[3], [4]]]])
    >>> turned = quarter_turn(image, ops.array([1]))
    >>> [int(pixel) for pixel in ops.ravel(turned)]
    [2, 4, 1, 3]
    """
    turns = ops.reshape(turns, (-1, 1, 1, 1))
    if images.shape[1] == images.shape[2]:
        swapped = ops.transpose(images, (0, 2, 1, 3))
        images = ops.where(turns % 2 == 1, swapped, images)
    upside_down = (turns == 1) | (turns == 2)
    images = ops.where(upside_down, ops.flip(images, axis=1), images)
    return ops.where(turns >= 2, ops.flip(images, axis=2), images)

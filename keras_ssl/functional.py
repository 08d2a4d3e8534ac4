"""The vocabulary of the formulas, as pure functions of tensors.

Everything is computed in float32, whatever precision the network runs in: a
float16 softmax rounds a confidence of 0.9996 up to 1, and bfloat16 a threshold
of 0.95 down to 0.949.
"""

from keras import ops

from keras_ssl.typing import Tensor


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

"""Weight decay as the papers have it: on kernels alone.

Public names:

- `is_kernel`: Whether a variable is the kernel of a layer.
- `l2_on_kernels`: Adds `weight_decay / 2 * sum(w ** 2)` over all kernels to the
  loss.
"""

import keras

from keras_ssl.utils.checks import check_number
from keras_ssl.utils.layers import all_layers

__all__ = [
    "is_kernel",
    "l2_on_kernels",
]

ATTRIBUTES = tuple(
    f"{part}_regularizer"
    for part in ("kernel", "depthwise", "pointwise", "recurrent")
)


def l2_on_kernels(network: keras.Model, weight_decay: float) -> None:
    """Adds `weight_decay / 2 * sum(w ** 2)` over all kernels to the loss.

    Biases, and the scales and offsets of normalisation, are left out. Keras'
    own `weight_decay=` of an optimizer is something else: it is not part of the
    gradient, hence not of the momentum, and acts on biases and scales too.

    The network is changed in place, built or not, and keeps its regularizers
    when it is saved, loaded or cloned. Kernels of a layer that has no argument
    for a regularizer, or hides it (`MultiHeadAttention`), are regularized in
    this object alone, if they are built. An L2 that is there is replaced.

    Args:
        network: Its kernels are the variables whose name ends in `kernel`:
            those of Dense, convolutional and recurrent layers, nested ones
            included.
        weight_decay: At least 0, `5e-4` in most papers; 0 removes the L2.

    Raises:
        ValueError: The weight decay is negative, there is no kernel, or one has
            a regularizer other than L2. Nothing is changed then.

    Example:

    >>> network = keras.Sequential([keras.Input((2,)), keras.layers.Dense(3)])
    >>> keras_ssl.regularizers.l2_on_kernels(network, 5e-4)
    >>> round(float(network.layers[0].kernel_regularizer.l2), 6)
    0.00025
    """
    advice = "Pass for example weight_decay=5e-4."
    check_number("weight_decay", weight_decay, 0, advice=advice)
    if not isinstance(network, keras.Model):
        raise TypeError(
            f"Received: network={network!r}. Expected a keras.Model. Pass the "
            "model that you train."
        )
    places = [
        (layer, name)
        for layer in all_layers(network)
        for name in ATTRIBUTES
        if name in vars(layer)
    ]
    places += [(v, "regularizer") for v in network.variables if is_kernel(v)]
    _check(places)
    # A regularizer of its own for each, as Keras' layers have.
    for owner, name in places:
        l2 = keras.regularizers.L2(weight_decay / 2) if weight_decay else None
        setattr(owner, name, l2)


def is_kernel(variable: keras.Variable) -> bool:
    """Whether a variable is the kernel of a layer.

    Args:
        variable: Of a network.

    Example:

    >>> layer = keras.layers.Dense(3)
    >>> layer.build((None, 2))
    >>> [is_kernel(v) for v in layer.variables]
    [True, False]
    """
    return variable.name.endswith("kernel")


def _check(places: list[tuple[object, str]]) -> None:
    if not places:
        raise ValueError(
            "Received: a network without kernels. Expected Dense, convolution "
            "or recurrent layers. If it makes them when it is built, call "
            "`network.build((None, height, width, channels))` first."
        )
    for owner, name in places:
        found = getattr(owner, name)
        if type(found) not in (type(None), keras.regularizers.L2):
            raise ValueError(
                f"Received: {owner!r} with {name}={found!r}. Expected no "
                "regularizer, or an L2, which is replaced. Remove it, or write "
                "the weight decay into the layers yourself."
            )

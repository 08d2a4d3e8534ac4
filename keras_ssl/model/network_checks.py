"""What a network must not be, to be wrapped: refused, or told in a warning."""

import warnings

import keras

from keras_ssl.data.arrays import describe
from keras_ssl.utils.layers import all_layers

FIRST = "channels_first"
OWN = ("train_step", "compute_loss")


def check_network(network: keras.Model) -> None:
    """Raises unless a network can be trained on augmented images.

    Args:
        network: The network.

    Raises:
        TypeError: It is not a `keras.Model`, or is wrapped already.
        ValueError: Keras' `floatx` is not float32; it has several inputs or
            outputs, or takes no images; its images have their channels first;
            or it has a preprocessor, as KerasHub's classifiers do, which only their own
            `fit` and `predict` apply.

    Example:

    >>> check_network(keras.Sequential([keras.layers.Flatten()]))
    """
    if not isinstance(network, keras.Model):
        raise TypeError(
            f"Received: network={describe(network)}. Expected a keras.Model "
            "from images to class scores. Pass the model that you would train."
        )
    if hasattr(network, "evaluation_weights"):
        raise TypeError(
            f"Received: {network.name!r}, which is wrapped already. Expected "
            "the network in it. Pass `model.network`."
        )
    check_floatx()
    _check_ends(network)
    _check_channels(network)
    if getattr(network, "preprocessor", None) is not None:
        raise ValueError(
            f"Received: {network.name!r}, a network with a preprocessor. "
            "Expected one that takes images as they are: a training step would "
            "go past the preprocessor, and prediction through it. Build the "
            "network with `preprocessor=None`, and prepare the images before."
        )


def check_floatx() -> None:
    """Raises `ValueError` unless Keras computes in float32 by default.

    Example:

    >>> check_floatx()
    """
    floatx = keras.config.floatx()
    if floatx != "float32":
        raise ValueError(
            f"Received: keras.config.floatx()={floatx!r}. Expected 'float32', "
            "in which images are augmented and losses computed. Call "
            '`keras.config.set_floatx("float32")` before the network is made; '
            "for less memory and more speed, call "
            '`keras.config.set_dtype_policy("mixed_float16")`.'
        )


def check_scope(network: keras.Model, model: keras.Model) -> None:
    """Raises `ValueError` if a network is on other devices than its wrapper."""
    theirs, ours = (
        getattr(each, "distribute_strategy", None) for each in (network, model)
    )
    if theirs is not ours:
        raise ValueError(
            f"Received: {network.name!r}, a network of a strategy of "
            "`tf.distribute`, outside of its scope. Expected both in one. Wrap "
            "and compile it in `with strategy.scope():` too."
        )


def warn_of_own_step(network: keras.Model) -> None:
    """Warns if a network has a training step or a loss of its own."""
    names = own_step(network)
    if names:
        warnings.warn(
            f"Received: {network.name!r}, a network with its own "
            f"{' and '.join(names)}. Expected one that Keras trains: the "
            "network is called, and these are not used. Pass what they add as "
            "`loss=` to `compile`, or as `add_loss` in a layer.",
            stacklevel=3,
        )


def own_step(network: keras.Model) -> list[str]:
    """Names the methods of a training step that a network has overridden.

    Example:

    >>> own_step(keras.Sequential([keras.layers.Flatten()]))
    []
    """
    kind = type(network)
    return [n for n in OWN if getattr(kind, n) is not getattr(keras.Model, n)]


def _check_ends(network: keras.Model) -> None:
    """Raises unless images go in, and one tensor comes out."""
    inputs = getattr(network, "inputs", None) if network.built else None
    if not inputs:  # a subclass of `keras.Model` tells when it is called
        return
    for name, ends in (("inputs", inputs), ("outputs", network.outputs)):
        if len(ends) > 1:
            raise ValueError(
                f"Received: {network.name!r}, a network with {len(ends)} "
                f"{name}. Expected images, and the scores of their classes. "
                "Wrap the part that classifies images: "
                "`keras.Model(images, scores)`."
            )
    if len(inputs[0].shape) != 4:
        raise ValueError(
            f"Received: {network.name!r}, a network of inputs of shape "
            f"{tuple(inputs[0].shape)}. Expected images (n, height, width, "
            "channels). Put a Reshape in front, if they are images."
        )


def _check_channels(network: keras.Model) -> None:
    setting = keras.config.image_data_format()
    if setting == FIRST:
        found = f"keras.config.image_data_format() == {setting!r}"
    elif _starts_with_channels(network):
        found = f"{network.name!r}, whose layers are {FIRST!r}"
    else:
        return
    raise ValueError(
        f"Received: {found}. Expected images (n, height, width, channels), as "
        "augmentation changes height and width. Call "
        '`keras.config.set_image_data_format("channels_last")`, and build the '
        "network after it, or put `keras.layers.Permute((3, 1, 2))` in front "
        "of the one that there is; kernels of convolutions have one shape in "
        "both."
    )


def _starts_with_channels(network: keras.Model) -> bool:
    """Whether no layer turns images before the first that has a format."""
    for layer in all_layers(network):
        if isinstance(layer, keras.layers.Permute):
            return False
        if getattr(layer, "data_format", None) is not None:
            return bool(layer.data_format == FIRST)
    return False

"""Reads facts off a network and its outputs for a few images."""

from typing import Any

import keras
import numpy as np

from keras_ssl.inspection.facts import ModelFacts
from keras_ssl.model.batch_norm import batch_norm_layers
from keras_ssl.model.network_checks import own_step
from keras_ssl.utils.layers import all_layers
from keras_ssl.utils.typing import Array

DROPOUT = (
    keras.layers.AlphaDropout,
    keras.layers.Dropout,
    keras.layers.GaussianDropout,
    keras.layers.SpatialDropout1D,
    keras.layers.SpatialDropout2D,
    keras.layers.SpatialDropout3D,
)


def describe_network(
    network: keras.Model, outputs: Array, kind: str
) -> ModelFacts:
    """Reads the facts off a built network.

    Args:
        network: A built model.
        outputs: What it gives for a few images, (n, width).
        kind: "logits" or "probabilities".

    Returns:
        The facts.
    """
    layers = list(all_layers(network))
    norms = _of(layers, keras.layers.BatchNormalization)
    training = {id(x) for each in norms for x in batch_norm_layers(each)}
    rescaling = _of(layers, keras.layers.Rescaling)
    return ModelFacts(
        name=network.name,
        input_shape=input_shape(network),
        input_dtype=_input_dtype(network),
        num_classes=max(outputs.shape[1], 2),
        outputs=kind,
        activation=last_activation(network),
        parameters=_size(network.weights),
        trainable_parameters=_size(network.trainable_weights),
        batch_norm_layers=_names(norms),
        frozen_batch_norm_layers=_names(
            [layer for layer in norms if id(layer) not in training]
        ),
        dropout_layers=_names(_of(layers, *DROPOUT)),
        scales_inputs=bool(
            rescaling or _of(layers, keras.layers.Normalization)
        ),
        rescaling=_factor(rescaling),
        own_step=tuple(own_step(network)),
    )


def input_shape(network: keras.Model) -> tuple[int | None, ...] | None:
    """Returns (height, width, channels), or None if the model takes any.

    Args:
        network: A model.

    Raises:
        ValueError: It has several inputs.
    """
    shape = getattr(network, "input_shape", None) if network.built else None
    if isinstance(shape, (list, dict)):
        raise ValueError(
            "The model is not a classifier of images. Received: a model with "
            f"{len(shape)} inputs. Expected one input of images. Wrap it in a "
            "model that takes images alone."
        )
    return None if shape is None else tuple(shape[1:])


def predict(network: keras.Model, images: Array) -> Array:
    """Returns the outputs for a few images, as in evaluation.

    Args:
        network: A model, built by this if it is not.
        images: Of shape (n, height, width, channels).

    Raises:
        ValueError: The model has several outputs.
    """
    outputs = network(keras.ops.convert_to_tensor(images), training=False)
    if isinstance(outputs, (list, tuple, dict)):
        raise ValueError(
            "The model is not a classifier of images. Received: a model with "
            f"{len(outputs)} outputs. Expected one output of shape (n, "
            "num_classes). Pass a model that ends in the class scores."
        )
    return keras.ops.convert_to_numpy(outputs).astype("float32")


def last_activation(network: keras.Model) -> str:
    """Returns the name of the activation that the outputs went through."""
    last: Any = network
    while getattr(last, "layers", None):
        last = last.layers[-1]
    if isinstance(last, keras.layers.Softmax):
        return "softmax"
    activation = getattr(last, "activation", None)
    return getattr(activation, "__name__", "").replace("linear", "")


def _of(layers: list[Any], *types: type) -> list[Any]:
    return [layer for layer in layers if isinstance(layer, types)]


def _names(layers: list[Any]) -> tuple[str, ...]:
    return tuple(layer.name for layer in layers)


def _size(weights: list[keras.Variable]) -> int:
    return sum(int(np.prod(weight.shape)) for weight in weights)


def _input_dtype(network: keras.Model) -> str | None:
    inputs = getattr(network, "inputs", None) or []
    return inputs[0].dtype if len(inputs) == 1 else None


def _factor(rescaling: list[Any]) -> float | None:
    return float(np.max(rescaling[0].scale)) if rescaling else None

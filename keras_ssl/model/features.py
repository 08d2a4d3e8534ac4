"""What a network's last Dense layer sees."""

from typing import Any

import keras
from keras import ops

from keras_ssl.model.views import FEATURES
from keras_ssl.utils.registry import check_name
from keras_ssl.utils.typing import Tensor

UNSEEN = (
    "Received: {0!r}, whose layers Keras cannot see. Expected a Sequential or "
    "functional model without a `call` of its own, as the method needs "
    "features. Build the network as one, or take a method without features."
)


class FeatureReader:
    """Calls a network in training, for its outputs and its features.

    Features with places, such as `(n, height, width, d)`, are averaged over
    these.

    Args:
        network: A Sequential or functional model, built.
        layer: Name of the layer whose output the features are; `None` for what
            the last Dense layer takes.

    Attributes:
        size: Length of a feature.

    Raises:
        ValueError: The network has no such layer, or does not say how its
            layers are connected.

    Example:

    >>> network = keras.Sequential(
    ...     [
    ...         keras.Input((4, 4, 1)),
    ...         keras.layers.Flatten(),
    ...         keras.layers.Dense(10),
    ...     ]
    ... )
    >>> outputs = FeatureReader(network)(ops.zeros((2, 4, 4, 1)))
    >>> {name: tuple(value.shape) for name, value in outputs.items()}
    {'': (2, 10), '_features': (2, 16)}
    """

    def __init__(self, network: keras.Model, layer: str | None = None) -> None:
        tensor = _features(network, layer)
        if len(tensor.shape) > 2:
            tensor = ops.mean(
                tensor, axis=tuple(range(1, len(tensor.shape) - 1))
            )
        self.size = int(tensor.shape[-1])
        self.model = _two_outputs(network, tensor)
        plain = keras.Sequential.call, type(self.model).call
        if type(network).call not in plain:
            raise ValueError(UNSEEN.format(network))

    def __call__(self, images: Tensor) -> dict[str, Tensor]:
        """Logits under `""`, features `(n, size)` under `"_features"`."""
        outputs, features = self.model(images, training=True)
        return {"": outputs, FEATURES: features}


def _features(network: keras.Model, layer: str | None) -> Any:
    if not getattr(network, "inputs", None):
        raise ValueError(UNSEEN.format(network))
    layers = {each.name: each for each in network.layers}
    if layer is not None:
        return layers[check_name(layer, "layer", layers)].output
    dense = [x for x in layers.values() if isinstance(x, keras.layers.Dense)]
    if not dense:
        raise ValueError(
            f"Received: a network without a Dense layer among {list(layers)}. "
            "Expected one, whose input are the features. Name the layer whose "
            "output they are: `features=...`."
        )
    return dense[-1].input


def _two_outputs(network: keras.Model, tensor: Any) -> keras.Model:
    # Not `network.inputs`: given a list, Keras warns of a single tensor.
    image = network.inputs[0]
    try:
        return keras.Model(image, [network.outputs[0], tensor])
    except ValueError as error:
        raise ValueError(
            f"Received: {network!r}, which shares layers with a model that was "
            "made before. Expected layers of its own. Pass "
            "`keras.models.clone_model(network)`, with the weights set."
        ) from error

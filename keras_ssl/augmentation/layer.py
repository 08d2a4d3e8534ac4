"""`LayerAugmentation`: any Keras layer as an augmentation."""

from collections.abc import Sequence
from typing import Any

import keras
from keras import ops

from keras_ssl.augmentation.augmentation import Augmentation
from keras_ssl.augmentation.float32 import in_float32
from keras_ssl.utils.registry import register
from keras_ssl.utils.typing import Tensor


@register
class LayerAugmentation(Augmentation):
    """Runs a Keras layer, or a `keras.Sequential` of them, in training mode.

    The layer draws with its own seed and keeps its own `value_range`. Beware
    that `keras.layers.RandomCrop`, `RandAugment` and `AugMix` draw once for the
    whole batch, not per image.

    Args:
        layer: Any layer from images to images of the same shape. Under mixed
            precision it is copied in float32.
        **kwargs: As in `Augmentation`.

    Example:

    >>> flip = LayerAugmentation(keras.layers.RandomFlip("horizontal"))
    >>> flip(np.ones((2, 8, 8, 3))).shape
    TensorShape([2, 8, 8, 3])
    """

    repeatable = False

    def __init__(self, layer: keras.layers.Layer, **kwargs: Any) -> None:
        super().__init__(**kwargs)
        self.layer = in_float32(layer)

    def sample(self, shape: Sequence[Any]) -> None:
        """Draws nothing: the layer draws when it is called."""

    def transform(self, images: Tensor, parameters: None) -> Tensor:
        """Calls the layer."""
        return ops.cast(self.layer(images, training=True), "float32")

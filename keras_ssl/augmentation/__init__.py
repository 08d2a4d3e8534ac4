"""One file an augmentation, and the table of their names."""

from typing import Any

import keras

from keras_ssl import registry
from keras_ssl.augmentation.augmentation import Augmentation
from keras_ssl.augmentation.crop_and_flip import CropAndFlip
from keras_ssl.augmentation.cutout import Cutout
from keras_ssl.augmentation.kerascv import KerasCV
from keras_ssl.augmentation.kerascv import is_kerascv
from keras_ssl.augmentation.layer import LayerAugmentation
from keras_ssl.augmentation.pipeline import Pipeline
from keras_ssl.augmentation.probe import compiles
from keras_ssl.augmentation.randaugment import RandAugment

AUGMENTATIONS: dict[str, type[Augmentation]] = {
    "crop_and_flip": CropAndFlip,
    "cutout": Cutout,
    "kerascv": KerasCV,
    "randaugment": RandAugment,
}


def get(identifier: Any) -> Augmentation | None:
    """Turns whatever stands for an augmentation into an `Augmentation`.

    Args:
        identifier: A key of `AUGMENTATIONS`, a subclass or instance of
            `Augmentation`, the config of one, any KerasCV or Keras layer, a
            list of these to be applied in order, or `None` for none.

    Raises:
        ValueError: The name is unknown; the nearest one is suggested.
        TypeError: `identifier` is none of the above.

    Example:

    >>> get("cutout").size
    0.5
    >>> len(get(["crop_and_flip", keras.layers.RandomContrast(0.5)]).parts)
    2
    """
    if isinstance(identifier, dict):
        identifier = keras.saving.deserialize_keras_object(identifier)
    if identifier is None:
        return None
    if isinstance(identifier, list | tuple):
        parts = [get(part) for part in identifier]
        return Pipeline([part for part in parts if part is not None])
    if isinstance(identifier, Augmentation):
        return identifier
    if is_kerascv(identifier):
        return KerasCV(identifier)
    if isinstance(identifier, keras.layers.Layer):
        return LayerAugmentation(identifier)
    return registry.get(identifier, Augmentation, AUGMENTATIONS)


__all__ = [
    "AUGMENTATIONS",
    "Augmentation",
    "CropAndFlip",
    "Cutout",
    "KerasCV",
    "LayerAugmentation",
    "Pipeline",
    "RandAugment",
    "compiles",
    "get",
]

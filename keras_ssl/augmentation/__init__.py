"""Augmentations of images, as layers, and the table of their names.

Public names:

- `Augmentation`: A random change of images: `sample` draws it, `transform`
  applies it.
- `AUGMENTATIONS`: Every augmentation by its short name.
- `CIFAR10_SMALL`: Arguments of `Policy` that suit CIFAR-10.
- `ColorJitter`: Changes the colours of each image by factors and a hue of its
  own.
- `compiles`: Tells by trial whether a layer runs under `jit_compile=True`.
- `CropAndFlip`: Shifts each image by a few pixels and mirrors every other one.
- `CutMix`: Replaces a box of each image by the same box of another one.
- `Cutout`: Fills a square of each image; its centre lies anywhere in the image.
- `DIGITS`: Arguments of `Policy` that were found on digits.
- `FASHION_MNIST_SMALL`: Arguments of `Policy` that were found on Fashion-MNIST.
- `GaussianBlur`: Blurs some images, each with a standard deviation of its own.
- `get`: Turns whatever stands for an augmentation into an `Augmentation`.
- `KerasCV`: Runs KerasCV layers inside the training step, on the device.
- `LayerAugmentation`: Runs a Keras layer, or a `keras.Sequential` of them, in
  training mode.
- `MixUp`: Blends each image with another one of the batch, and labels alike.
- `Pipeline`: Applies augmentations in order.
- `Policy`: Samples from nineteen transforms up to a level, and mixes images.
- `PRESETS`: Every ready-made augmentation by its short name.
- `RandAugment`: Draws operations and their strengths for every image, and
  applies them.
- `RandomErasing`: Fills a rectangle of some images; it lies wholly inside the
  image.
- `RandomGrayscale`: Turns some images grey, and leaves them their channels.
- `RandomResizedCrop`: Cuts a random rectangle out of each image and enlarges it
  to its size.
- `RandomRotation90`: Turns each image by 0, 90, 180 or 270 degrees.
"""

from typing import Any

import keras

from keras_ssl.augmentation.augmentation import Augmentation
from keras_ssl.augmentation.color_jitter import ColorJitter
from keras_ssl.augmentation.compiled import compiles
from keras_ssl.augmentation.crop_and_flip import CropAndFlip
from keras_ssl.augmentation.cutmix import CutMix
from keras_ssl.augmentation.cutout import Cutout
from keras_ssl.augmentation.gaussian_blur import GaussianBlur
from keras_ssl.augmentation.kerascv import KerasCV
from keras_ssl.augmentation.kerascv import is_kerascv
from keras_ssl.augmentation.layer import LayerAugmentation
from keras_ssl.augmentation.mixup import MixUp
from keras_ssl.augmentation.pipeline import Pipeline
from keras_ssl.augmentation.policy import Policy
from keras_ssl.augmentation.presets import CIFAR10_SMALL
from keras_ssl.augmentation.presets import DIGITS
from keras_ssl.augmentation.presets import FASHION_MNIST_SMALL
from keras_ssl.augmentation.presets import PRESETS
from keras_ssl.augmentation.randaugment import RandAugment
from keras_ssl.augmentation.random_erasing import RandomErasing
from keras_ssl.augmentation.random_grayscale import RandomGrayscale
from keras_ssl.augmentation.random_resized_crop import RandomResizedCrop
from keras_ssl.augmentation.random_rotation90 import RandomRotation90
from keras_ssl.utils import registry

AUGMENTATIONS: dict[str, type[Augmentation]] = {
    "color_jitter": ColorJitter,
    "crop_and_flip": CropAndFlip,
    "cutmix": CutMix,
    "cutout": Cutout,
    "gaussian_blur": GaussianBlur,
    "kerascv": KerasCV,
    "mixup": MixUp,
    "policy": Policy,
    "randaugment": RandAugment,
    "random_erasing": RandomErasing,
    "random_grayscale": RandomGrayscale,
    "random_resized_crop": RandomResizedCrop,
    "random_rotation90": RandomRotation90,
}


def get(identifier: Any) -> Augmentation | None:
    """Turns whatever stands for an augmentation into an `Augmentation`.

    Args:
        identifier: A key of `AUGMENTATIONS` or `PRESETS`, a subclass or
            instance of `Augmentation`, the config of one, any KerasCV or Keras
            layer, a list of these to be applied in order, or `None` for none.

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
    if _holds_ours(identifier):
        identifier = identifier.layers
    if isinstance(identifier, list | tuple):
        parts = [get(part) for part in identifier]
        return Pipeline([part for part in parts if part is not None])
    if isinstance(identifier, Augmentation):
        return identifier
    if is_kerascv(identifier):
        return KerasCV(identifier)
    if isinstance(identifier, keras.layers.Layer):
        return LayerAugmentation(identifier)
    return registry.get(identifier, Augmentation, {**AUGMENTATIONS, **PRESETS})


def _holds_ours(layer: Any) -> bool:
    return isinstance(layer, keras.Sequential) and any(
        isinstance(part, Augmentation) for part in layer.layers
    )


__all__ = [
    "AUGMENTATIONS",
    "CIFAR10_SMALL",
    "DIGITS",
    "FASHION_MNIST_SMALL",
    "PRESETS",
    "Augmentation",
    "ColorJitter",
    "CropAndFlip",
    "CutMix",
    "Cutout",
    "GaussianBlur",
    "KerasCV",
    "LayerAugmentation",
    "MixUp",
    "Pipeline",
    "Policy",
    "RandAugment",
    "RandomErasing",
    "RandomGrayscale",
    "RandomResizedCrop",
    "RandomRotation90",
    "compiles",
    "get",
]

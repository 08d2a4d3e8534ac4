"""Strong views that have a name."""

import json
import pathlib
from collections.abc import Callable
from typing import Any

from keras_ssl.augmentation.augmentation import Augmentation
from keras_ssl.augmentation.checks import derive_seed
from keras_ssl.augmentation.cutout import Cutout
from keras_ssl.augmentation.pipeline import Pipeline
from keras_ssl.augmentation.policy import Policy
from keras_ssl.augmentation.randaugment import RandAugment

# Arguments of `Policy` for small natural images, as on CIFAR-10.
CIFAR10_SMALL: dict[str, Any] = {
    "mirror": True,
    "rotate90": False,
    "rotate": 31.0,
    "color_level": 3,
    "spatial_level": 1,
    "mixup": 0.0,
    "cutmix": 0.0,
    "label_smoothing": 0.0,
}


def _learned(name: str) -> dict[str, Any]:
    file = pathlib.Path(__file__).parent / "learned" / f"{name}.json"
    found: dict[str, Any] = json.loads(file.read_text(encoding="utf-8"))
    return found


# Found by `keras_ssl.finders.find_augmentation` for supervised training with
# few labels: `python -m benchmarks.learn_augmentation`.
DIGITS = _learned("digits")
FASHION_MNIST_SMALL = _learned("fashion_mnist_small")


def fixmatch(seed: int | None = None, **kwargs: Any) -> Augmentation:
    """The strong view of FixMatch: RandAugment, then a square of half the side.

    Two operations are drawn, each applied with probability 1/2 at one of nine
    levels; what is cut out or comes into the image is grey.

    Args:
        seed: Integer, or `None` for a random one.
        **kwargs: `value_range`, as in `Augmentation`.

    Example:

    >>> [type(part).__name__ for part in fixmatch().parts]
    ['RandAugment', 'Cutout']

    Reference:
        [Sohn et al., 2020](https://arxiv.org/abs/2001.07685)
    """
    parts = [
        RandAugment(variant="fixmatch", seed=seed),
        Cutout(seed=derive_seed(seed, 1)),
    ]
    return Pipeline(parts, seed=seed, **kwargs)


def torchssl(seed: int | None = None, **kwargs: Any) -> Augmentation:
    """The strong view of TorchSSL and USB, with which FlexMatch was made.

    Three operations are always applied, then a square of up to half the side is
    cut out. What comes into the image is black, the square has the mean colour
    of natural images.

    Args:
        seed: Integer, or `None` for a random one.
        **kwargs: `value_range`, as in `Augmentation`.

    Example:

    >>> torchssl().parts[0].num_ops
    3

    Reference:
        [Zhang et al., 2021](https://arxiv.org/abs/2110.08263)
    """
    operations = RandAugment(
        3, rate=1.0, variant="torchssl", fill=0.0, seed=seed
    )
    mean = (125 / 255, 123 / 255, 114 / 255)
    square = Cutout((0.0, 0.5), fill=mean, seed=derive_seed(seed, 1))
    return Pipeline([operations, square], seed=seed, **kwargs)


def cifar10_small(seed: int | None = None, **kwargs: Any) -> Augmentation:
    """`Policy(**CIFAR10_SMALL)`, for small natural images.

    Args:
        seed: Integer, or `None` for a random one.
        **kwargs: Arguments of `Policy` that replace those of the preset.

    Example:

    >>> cifar10_small(mirror=False).color_level
    3
    """
    return Policy(**{**CIFAR10_SMALL, **kwargs}, seed=seed)


def digits(seed: int | None = None, **kwargs: Any) -> Augmentation:
    """`Policy(**DIGITS)`, as learned on scikit-learn's digits.

    Mild shifts, turns, shears and zooms; no mirror.

    Args:
        seed: Integer, or `None` for a random one.
        **kwargs: Arguments of `Policy` that replace those of the preset.

    Example:

    >>> digits().mirror, digits().spatial_level
    (False, 1)
    """
    return Policy(**{**DIGITS, **kwargs}, seed=seed)


def fashion_mnist_small(seed: int | None = None, **kwargs: Any) -> Augmentation:
    """`Policy(**FASHION_MNIST_SMALL)`, as learned with 1,000 labels.

    A mirror and mild changes of brightness, contrast and the like.

    Args:
        seed: Integer, or `None` for a random one.
        **kwargs: Arguments of `Policy` that replace those of the preset.

    Example:

    >>> fashion_mnist_small().mirror, fashion_mnist_small().spatial_level
    (True, 0)
    """
    return Policy(**{**FASHION_MNIST_SMALL, **kwargs}, seed=seed)


PRESETS: dict[str, Callable[..., Augmentation]] = {
    "fixmatch": fixmatch,
    "torchssl": torchssl,
    "cifar10_small": cifar10_small,
    "digits": digits,
    "fashion_mnist_small": fashion_mnist_small,
}

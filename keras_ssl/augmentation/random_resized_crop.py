"""`RandomResizedCrop`: a rectangle of each image, as large as the image."""

from collections.abc import Sequence
from typing import Any

import numpy as np
from keras import ops

from keras_ssl.augmentation import affine
from keras_ssl.augmentation.augmentation import Augmentation
from keras_ssl.augmentation.checks import check_interpolation
from keras_ssl.augmentation.checks import check_interval
from keras_ssl.utils.registry import register
from keras_ssl.utils.typing import Tensor


@register
class RandomResizedCrop(Augmentation):
    """Cuts a random rectangle out of each image and enlarges it to its size.

    The rectangle's area is uniform in `scale`, the logarithm of its aspect
    ratio uniform in `ratio`; its sides are rounded to pixels and cut to those
    of the image, where torchvision draws again. Each place inside of the image
    is equally likely.

    Args:
        scale: Smallest and largest area, as fractions of the image's.
        ratio: Smallest and largest aspect ratio, width by height in pixels.
        interpolation: "nearest" or "bilinear".
        **kwargs: `seed` and `value_range`, as in `Augmentation`.

    Example:

    >>> images = np.random.rand(2, 32, 32, 3)
    >>> RandomResizedCrop(scale=(0.5, 1.0), seed=0)(images).shape
    TensorShape([2, 32, 32, 3])

    Reference:
        [Szegedy et al., 2014](https://arxiv.org/abs/1409.4842)
    """

    xla = True

    def __init__(
        self,
        scale: tuple[float, float] = (0.08, 1.0),
        ratio: tuple[float, float] = (0.75, 4 / 3),
        interpolation: str = "bilinear",
        **kwargs: Any,
    ) -> None:
        super().__init__(**kwargs)
        self.scale = check_interval("scale", scale, 0, 1)
        self.ratio = check_interval("ratio", ratio, 0.01, 100)
        self.interpolation = check_interpolation(interpolation)

    def sample(self, shape: Sequence[Any]) -> dict[str, Tensor]:
        """Draws `left`, `top`, `width` and `height` in whole pixels."""
        batch, height, width, _ = shape
        area = self.uniform((batch,), *self.scale) * (height * width)
        ratio = ops.exp(self.uniform((batch,), *np.log(self.ratio)))
        columns = _whole(ops.sqrt(area * ratio), width)
        rows = _whole(ops.sqrt(area / ratio), height)
        return {
            "left": ops.floor(self.uniform((batch,)) * (width - columns + 1)),
            "top": ops.floor(self.uniform((batch,)) * (height - rows + 1)),
            "width": columns,
            "height": rows,
        }

    def transform(self, images: Tensor, parameters: Any) -> Tensor:
        """Shows the rectangle as large as the image."""
        return affine.warp(
            images,
            self.matrix(parameters, ops.shape(images)),
            interpolation=self.interpolation,
        )

    def matrix(self, parameters: Any, shape: Sequence[Any]) -> Tensor:
        """From the result down to the rectangle, and to its place."""
        _, height, width, _ = shape
        return affine.chain(
            affine.translation(parameters["left"], parameters["top"]),
            affine.scaling(
                parameters["width"] / width, parameters["height"] / height
            ),
        )


def _whole(length: Tensor, side: int) -> Tensor:
    return ops.clip(ops.floor(length + 0.5), 1, side)

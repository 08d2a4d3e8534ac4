"""`Cutout`: hides a square of each image."""

from collections.abc import Sequence
from typing import Any

import keras
import numpy as np
from keras import ops

from keras_ssl.augmentation.augmentation import Augmentation
from keras_ssl.augmentation.checks import check_fill
from keras_ssl.augmentation.checks import check_fraction
from keras_ssl.augmentation.checks import check_interval
from keras_ssl.utils.registry import register
from keras_ssl.utils.typing import Tensor


@register
class Cutout(Augmentation):
    """Fills a square of each image; its centre lies anywhere in the image.

    What reaches over the border is clipped, so that less than the full square
    is hidden near an edge.

    Args:
        size: Side of the square, as a fraction of the image's shorter side; or
            `(least, most)`, between which it is drawn uniformly for each image.
        fill: Colour of the square, as a fraction of the value range (0 black,
            1 white): one number, or one per channel.
        **kwargs: `seed` and `value_range`, as in `Augmentation`.

    Example:

    >>> hidden = Cutout(fill=0.0, seed=0)(np.ones((1, 32, 32, 3)))
    >>> 0 < float(keras.ops.sum(1 - hidden)) <= 16 * 16 * 3
    True

    Reference:
        [DeVries and Taylor, 2017](https://arxiv.org/abs/1708.04552)
    """

    xla = True

    def __init__(
        self,
        size: float | tuple[float, float] = 0.5,
        fill: float | Sequence[float] = 0.5,
        **kwargs: Any,
    ) -> None:
        super().__init__(**kwargs)
        self.size = size
        self._sizes = _check_size(size)
        self.fill = check_fill(fill)

    def sample(self, shape: Sequence[Any]) -> dict[str, Tensor]:
        """Draws in pixels the `side`, and its centre: `row`, `column`."""
        batch, height, width, _ = shape
        draw = keras.random.randint
        side = self.uniform((batch, 1), *self._sizes) * min(height, width)
        return {
            "side": ops.cast(ops.floor(side + 0.5), "int32"),
            "row": draw((batch, 1), 0, height, seed=self.generator),
            "column": draw((batch, 1), 0, width, seed=self.generator),
        }

    def transform(self, images: Tensor, parameters: Any) -> Tensor:
        """Fills the square around each image's centre."""
        _, height, width, channels = images.shape
        side = parameters["side"]
        rows = _covered(parameters["row"], side, height)
        columns = _covered(parameters["column"], side, width)
        hidden = rows[:, :, None, None] & columns[:, None, :, None]
        return ops.where(hidden, self.fill_value(self.fill, channels), images)


def _covered(centre: Tensor, side: Tensor, length: int) -> Tensor:
    distance = ops.arange(length) - centre + side // 2
    return (distance >= 0) & (distance < side)


def _check_size(size: Any) -> tuple[float, float]:
    if np.ndim(size):
        return check_interval("size", size, 0, 1)
    return check_fraction("size", size), size

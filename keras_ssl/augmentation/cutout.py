"""`Cutout`: hides a square of each image."""

from collections.abc import Sequence
from typing import Any

import keras
from keras import ops

from keras_ssl.augmentation.augmentation import Augmentation
from keras_ssl.augmentation.checks import check_fraction
from keras_ssl.registry import register
from keras_ssl.typing import Tensor


@register
class Cutout(Augmentation):
    """Fills a square of each image; its centre lies anywhere in the image.

    What reaches over the border is clipped, so that less than the full square
    is hidden near an edge.

    Args:
        size: Side of the square, as a fraction of the image's shorter side.
        fill: Value of the square's pixels. `None` is the middle of the value
            range, a mid-grey.
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
        self, size: float = 0.5, fill: float | None = None, **kwargs: Any
    ) -> None:
        super().__init__(**kwargs)
        self.size = check_fraction("size", size)
        self.fill = fill

    def sample(self, shape: Sequence[Any]) -> dict[str, Tensor]:
        """Draws the pixel at the centre of the square: `row`, `column`."""
        batch, height, width, _ = shape
        draw = keras.random.randint
        return {
            "row": draw((batch, 1), 0, height, seed=self.generator),
            "column": draw((batch, 1), 0, width, seed=self.generator),
        }

    def transform(self, images: Tensor, parameters: Any) -> Tensor:
        """Fills the square around each image's centre."""
        _, height, width, channels = images.shape
        side = round(self.size * min(height, width))
        rows = _covered(parameters["row"], side, height)
        columns = _covered(parameters["column"], side, width)
        # A mask as large as the images is several times faster than one that
        # is broadcast over the channels.
        columns = ops.repeat(columns, channels, axis=1)
        hidden = rows[:, :, None] & columns[:, None, :]
        flat = ops.reshape(images, (-1, height, width * channels))
        flat = ops.where(hidden, ops.cast(self._value(), "float32"), flat)
        return ops.reshape(flat, (-1, height, width, channels))

    def _value(self) -> float:
        return (self.low + self.high) / 2 if self.fill is None else self.fill


def _covered(centre: Tensor, side: int, length: int) -> Tensor:
    distance = ops.arange(length) - centre + side // 2
    return (distance >= 0) & (distance < side)

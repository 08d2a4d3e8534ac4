"""`RandomErasing`: hides a rectangle of some images."""

import math
from collections.abc import Sequence
from typing import Any

from keras import ops

from keras_ssl.augmentation.augmentation import Augmentation
from keras_ssl.augmentation.checks import check_fill
from keras_ssl.augmentation.checks import check_interval
from keras_ssl.augmentation.checks import check_share
from keras_ssl.utils.registry import register
from keras_ssl.utils.typing import Tensor


@register
class RandomErasing(Augmentation):
    """Fills a rectangle of some images; it lies wholly inside the image.

    Its area and aspect ratio are drawn, then its place. Where they ask for a
    side longer than the image's, it gets the image's.

    Args:
        rate: Probability that a rectangle is erased, from 0 to 1.
        scale: `(smallest, largest)` area of the rectangle as a fraction of the
            image's, from 0 to 1; it is drawn uniformly in between.
        ratio: `(smallest, largest)` height of the rectangle divided by its
            width, from 0.01 to 100; its logarithm is drawn uniformly.
        fill: Colour of the rectangle, as a fraction of the value range (0
            black, 1 white): one number, or one per channel.
        **kwargs: `seed` and `value_range`, as in `Augmentation`.

    Raises:
        ValueError: An argument is out of its bounds.

    Example:

    >>> erase = RandomErasing(1.0, (0.25, 0.25), ratio=(1, 1), fill=0.0)
    >>> view = ops.convert_to_numpy(erase(np.ones((1, 32, 32, 3))))
    >>> int((view == 0).sum()) == 16 * 16 * 3
    True

    Reference:
        [Zhong et al., 2017](https://arxiv.org/abs/1708.04896);
        `torchvision.transforms.RandomErasing`
    """

    xla = True

    def __init__(
        self,
        rate: float = 0.5,
        scale: tuple[float, float] = (0.02, 0.33),
        *,
        ratio: tuple[float, float] = (0.3, 3.3),
        fill: float | Sequence[float] = 0.5,
        **kwargs: Any,
    ) -> None:
        super().__init__(**kwargs)
        self.rate = check_share("rate", rate)
        self.scale = check_interval("scale", scale, 0, 1)
        self.ratio = check_interval("ratio", ratio, 0.01, 100)
        self.fill = check_fill(fill)

    def sample(self, shape: Sequence[Any]) -> dict[str, Tensor]:
        """Draws `top`, `left`, `height` and `width` in pixels.

        The height is 0 where nothing is erased.
        """
        batch, rows, columns, _ = shape
        erased = self.uniform((batch, 1)) < self.rate
        area = self.uniform((batch, 1), *self.scale) * (rows * columns)
        aspect = ops.exp(self.uniform((batch, 1), *map(math.log, self.ratio)))
        height = ops.minimum(ops.round(ops.sqrt(area * aspect)), rows)
        width = ops.minimum(ops.round(ops.sqrt(area / aspect)), columns)
        return {
            "top": ops.floor(self.uniform((batch, 1)) * (rows - height + 1)),
            "left": ops.floor(self.uniform((batch, 1)) * (columns - width + 1)),
            "height": ops.where(erased, height, 0.0),
            "width": width,
        }

    def transform(self, images: Tensor, parameters: Any) -> Tensor:
        """Fills the rectangles."""
        _, height, width, channels = images.shape
        rows = _covered(height, parameters["top"], parameters["height"])
        columns = _covered(width, parameters["left"], parameters["width"])
        hidden = rows[:, :, None, None] & columns[:, None, :, None]
        return ops.where(hidden, self.fill_value(self.fill, channels), images)


def _covered(side: int, start: Tensor, length: Tensor) -> Tensor:
    place = ops.arange(side, dtype="float32")
    return (place >= start) & (place < start + length)

"""`GaussianBlur`: blurs some images, each by a width of its own."""

import math
from collections.abc import Sequence
from typing import Any

import numpy as np
from keras import ops

from keras_ssl.augmentation.augmentation import Augmentation
from keras_ssl.augmentation.checks import check_interval
from keras_ssl.augmentation.checks import check_share
from keras_ssl.utils.registry import register
from keras_ssl.utils.typing import Tensor

# The kernel ends this many of the largest sigma from its middle. What it leaves
# out is less than 1e-4 of it.
TRUNCATE = 4


@register
class GaussianBlur(Augmentation):
    """Blurs some images, each with a standard deviation of its own.

    A pixel becomes the mean of those around it, weighted by
    `exp(-distance^2 / (2 sigma^2))`. Near a border the mean is over the pixels
    inside the image, so that it gets neither darker nor reflected.

    Args:
        sigma: `(smallest, largest)` standard deviation in pixels, at least 0.
            Each image's is drawn uniformly in between. The default is that of
            SimCLR for images of 224 pixels; choose less for smaller ones. The
            cost grows with the largest.
        rate: Probability that an image is blurred, from 0 to 1.
        **kwargs: `seed` and `value_range`, as in `Augmentation`.

    Raises:
        ValueError: `sigma` is no interval from 0 on, or `rate` not from 0 to 1.

    Example:

    >>> line = np.zeros((1, 5, 9, 1))
    >>> line[:, :, 4] = 100
    >>> blurred = GaussianBlur(sigma=(1, 1), rate=1)(line)
    >>> print(ops.convert_to_numpy(blurred)[0, 2, 3:6, 0].round(1))
    [24.2 39.9 24.2]

    Reference:
        [Chen et al., 2020](https://arxiv.org/abs/2002.05709), appendix A
    """

    xla = True

    def __init__(
        self,
        sigma: tuple[float, float] = (0.1, 2.0),
        rate: float = 0.5,
        **kwargs: Any,
    ) -> None:
        super().__init__(**kwargs)
        self.sigma = check_interval("sigma", sigma, 0, float("inf"))
        self.rate = check_share("rate", rate)

    def sample(self, shape: Sequence[Any]) -> dict[str, Tensor]:
        """Draws each image's `sigma`: 0 where it is not blurred."""
        batch = (shape[0],)
        blurred = self.uniform(batch) < self.rate
        sigma = self.uniform(batch, *self.sigma)
        return {"sigma": ops.where(blurred, sigma, 0.0)}

    def transform(self, images: Tensor, parameters: Any) -> Tensor:
        """Blurs the images whose `sigma` is not 0."""
        sigma = parameters["sigma"]
        weights = self._weights(sigma, max(images.shape[1:3]) - 1)
        blurred = ops.clip(_blur(images, weights), self.low, self.high)
        changed = ops.reshape(sigma, (-1, 1, 1, 1)) > 0
        return ops.where(changed, blurred, images)

    def _weights(self, sigma: Tensor, farthest: int) -> Tensor:
        """The kernel of each image, shape `(places, batch)`."""
        radius = min(math.ceil(TRUNCATE * self.sigma[1]), farthest)
        offsets = np.arange(-radius, radius + 1, dtype="float32")
        return ops.exp(
            -0.5 * (offsets[:, None] / ops.maximum(sigma, 1e-6)) ** 2
        )


def _blur(images: Tensor, weights: Tensor) -> Tensor:
    # Sums of shifted images: on a CPU up to three times faster than products
    # with a matrix per image, and never rounded to TensorFloat-32 on a GPU.
    _, height, width, _ = images.shape
    count = weights.shape[0]
    border = (count // 2, count // 2)
    padded = ops.pad(images, ((0, 0), border, border, (0, 0)))
    taps = [(k, weights[k, :, None, None, None]) for k in range(count)]
    rows = sum(weight * padded[:, k : k + height] for k, weight in taps)
    sums = sum(weight * rows[:, :, k : k + width] for k, weight in taps)
    inside_rows = _inside(weights, height)[:, :, None, None]
    inside_columns = _inside(weights, width)[:, None, :, None]
    return sums / (inside_rows * inside_columns)


def _inside(weights: Tensor, side: int) -> Tensor:
    """The sum of the weights that fall into the image, at every place."""
    radius = weights.shape[0] // 2
    place = np.arange(side) + np.arange(-radius, radius + 1)[:, None]
    inside = ((place >= 0) & (place < side)).astype("float32")
    return ops.sum(weights[:, :, None] * inside[:, None], axis=0)

"""`RandomGrayscale`: takes the colour from some images."""

from collections.abc import Sequence
from typing import Any

from keras import ops

from keras_ssl.augmentation import color
from keras_ssl.augmentation.augmentation import Augmentation
from keras_ssl.augmentation.checks import check_share
from keras_ssl.utils.registry import register
from keras_ssl.utils.typing import Tensor


@register
class RandomGrayscale(Augmentation):
    """Turns some images grey, and leaves them their channels.

    The grey of RGB is `0.299 red + 0.587 green + 0.114 blue`. With another
    number of channels than three it is their mean.

    Args:
        rate: Probability that an image turns grey, from 0 to 1.
        **kwargs: `seed` and `value_range`, as in `Augmentation`.

    Raises:
        ValueError: `rate` is not from 0 to 1.

    Example:

    >>> red = np.zeros((1, 8, 8, 3)) + [255, 0, 0]
    >>> grey = RandomGrayscale(rate=1)(red)
    >>> print(ops.convert_to_numpy(grey)[0, 0, 0].round(1))
    [76.2 76.2 76.2]

    Reference:
        `torchvision.transforms.RandomGrayscale`; rate in
        [Chen et al., 2020](https://arxiv.org/abs/2002.05709)
    """

    xla = True

    def __init__(self, rate: float = 0.2, **kwargs: Any) -> None:
        super().__init__(**kwargs)
        self.rate = check_share("rate", rate)

    def sample(self, shape: Sequence[Any]) -> dict[str, Tensor]:
        """Draws whether each image turns `grey`."""
        return {"grey": self.uniform((shape[0], 1, 1, 1)) < self.rate}

    def transform(self, images: Tensor, parameters: Any) -> Tensor:
        """Takes the colour from the images that are to turn grey."""
        grey = ops.clip(color.grayscale(images), self.low, self.high)
        return ops.where(parameters["grey"], grey, images)

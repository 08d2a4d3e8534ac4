"""`RandomRotation90`: quarter turns, pixel by pixel."""

from collections.abc import Sequence
from typing import Any

import keras
import numpy as np
from keras import ops

from keras_ssl.augmentation import affine
from keras_ssl.augmentation.augmentation import Augmentation
from keras_ssl.augmentation.checks import check_share
from keras_ssl.functional import quarter_turn
from keras_ssl.utils.registry import register
from keras_ssl.utils.typing import Tensor

# Counter-clockwise by 0, 90, 180 and 270 degrees, without a rounding error.
TURNS = np.array(
    [
        [[cos, -sin, 0], [sin, cos, 0], [0, 0, 1]]
        for cos, sin in [(1, 0), (0, 1), (-1, 0), (0, -1)]
    ],
    "float32",
)


@register
class RandomRotation90(Augmentation):
    """Turns each image by 0, 90, 180 or 270 degrees.

    No pixel changes its value. Images that are not square are turned by 0 or
    180 degrees, which keeps their shape. For images without an upper side, as
    of cells or from satellites.

    Args:
        rate: Probability that a turn is drawn for an image. The turn that is
            drawn is as likely 0 degrees as each of the others, so that of
            square images the share `rate * 3/4` looks different, of others
            `rate * 1/2`.
        **kwargs: `seed` and `value_range`, as in `Augmentation`.

    Example:

    >>> images = np.random.rand(2, 32, 32, 3)
    >>> RandomRotation90(seed=0)(images).shape
    TensorShape([2, 32, 32, 3])
    """

    xla = True

    def __init__(self, rate: float = 1.0, **kwargs: Any) -> None:
        super().__init__(**kwargs)
        self.rate = check_share("rate", rate)

    def sample(self, shape: Sequence[Any]) -> Tensor:
        """Draws how often each image is turned by 90 degrees: `(batch,)`."""
        batch, height, width, _ = shape
        turns = keras.random.randint((batch,), 0, 4, seed=self.generator)
        if height != width:
            turns = turns // 2 * 2
        return ops.where(self.uniform((batch,)) < self.rate, turns, 0)

    def transform(self, images: Tensor, parameters: Any) -> Tensor:
        """Turns each image counter-clockwise."""
        return quarter_turn(images, parameters)

    def transform_masks(self, masks: Tensor, parameters: Any) -> Tensor:
        """Turns masks as the images are turned."""
        return self.transform(masks, parameters)

    def matrix(self, parameters: Any, shape: Sequence[Any]) -> Tensor:
        """The turn about the middle of the image."""
        turns = ops.convert_to_tensor(TURNS)
        return ops.take(
            affine.about_middle(turns, *shape[1:3]), parameters, axis=0
        )

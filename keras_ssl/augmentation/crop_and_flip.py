"""`CropAndFlip`: the weak view of FixMatch."""

from collections.abc import Sequence
from typing import Any

import keras
from keras import ops

from keras_ssl.augmentation.affine import chain
from keras_ssl.augmentation.affine import mirror
from keras_ssl.augmentation.affine import translation
from keras_ssl.augmentation.augmentation import Augmentation
from keras_ssl.augmentation.checks import check_fraction
from keras_ssl.utils.registry import register
from keras_ssl.utils.typing import Tensor


@register
class CropAndFlip(Augmentation):
    """Shifts each image by a few pixels and mirrors every other one.

    As if the image were padded by its own reflection, cropped at a random place
    and flipped left to right with probability 1/2. Every whole shift from
    `-shift` to `shift` of the side, rounded to pixels, is equally likely.

    Args:
        shift: Largest shift, as a fraction of the height and of the width.
        flip: Whether to flip. Turn it off where left and right differ, as in
            digits and text.
        **kwargs: `seed` and `value_range`, as in `Augmentation`.

    Example:

    >>> images = np.random.rand(2, 32, 32, 3)
    >>> CropAndFlip(seed=0)(images).shape
    TensorShape([2, 32, 32, 3])

    Reference:
        [Sohn et al., 2020](https://arxiv.org/abs/2001.07685)
    """

    xla = True

    def __init__(
        self, shift: float = 0.125, flip: bool = True, **kwargs: Any
    ) -> None:
        super().__init__(**kwargs)
        self.shift = check_fraction("shift", shift)
        self.flip = flip

    def sample(self, shape: Sequence[Any]) -> dict[str, Tensor]:
        """Draws `down` and `right` in pixels, and whether to `flip`."""
        batch, height, width, _ = shape
        coin = self.uniform((batch, 1))
        return {
            "down": self._offset(batch, height),
            "right": self._offset(batch, width),
            "flip": coin < 0.5 * self.flip,
        }

    def transform(self, images: Tensor, parameters: Any) -> Tensor:
        """Reads pixel `(row + down, column + right)` into `(row, column)`."""
        _, height, width, _ = images.shape
        rows = _reflect(ops.arange(height) + parameters["down"], height)
        columns = _reflect(ops.arange(width) + parameters["right"], width)
        columns = ops.where(
            parameters["flip"], ops.flip(columns, axis=1), columns
        )
        images = ops.transpose(_take_rows(images, rows), (0, 2, 1, 3))
        return ops.transpose(_take_rows(images, columns), (0, 2, 1, 3))

    def transform_masks(self, masks: Tensor, parameters: Any) -> Tensor:
        """Moves masks with the images, reflected at the borders alike."""
        return self.transform(masks, parameters)

    def matrix(self, parameters: Any, shape: Sequence[Any]) -> Tensor:
        """The shift, seen through the mirror."""
        right, down, flip = (
            ops.cast(parameters[name][:, 0], "float32")
            for name in ("right", "down", "flip")
        )
        return chain(translation(right, down), mirror(flip, shape[2]))

    def _offset(self, batch: Any, side: int) -> Tensor:
        most = min(round(self.shift * side), side - 1)
        return keras.random.randint(
            (batch, 1), -most, most + 1, seed=self.generator
        )


def _reflect(index: Tensor, side: int) -> Tensor:
    last = side - 1
    return last - ops.abs(last - ops.abs(index))


def _take_rows(images: Tensor, rows: Tensor) -> Tensor:
    # One gather of whole rows; per-image gathers are several times slower.
    _, height, width, channels = images.shape
    batch = ops.shape(images)[0]
    rows = ops.expand_dims(ops.arange(batch) * height, 1) + rows
    flat = ops.reshape(images, (-1, width * channels))
    taken = ops.take(flat, ops.reshape(rows, (-1,)), axis=0)
    return ops.reshape(taken, (-1, height, width, channels))

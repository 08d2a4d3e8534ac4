"""`CutMix`: pastes a box of another image, and mixes the labels by its area."""

from collections.abc import Sequence
from typing import Any
from typing import NoReturn

from keras import ops

from keras_ssl.augmentation import mixup
from keras_ssl.augmentation.augmentation import Augmentation
from keras_ssl.augmentation.checks import check_positive
from keras_ssl.augmentation.checks import check_share
from keras_ssl.functional import blend
from keras_ssl.utils.random import Beta
from keras_ssl.utils.random import permutation
from keras_ssl.utils.registry import register
from keras_ssl.utils.typing import Tensor


@register
class CutMix(Augmentation):
    """Replaces a box of each image by the same box of another one.

    The box has the shape of the image and the area `1 - lambda`, where lambda
    is drawn for each image from Beta(alpha, alpha). Its middle lies anywhere in
    the image, and what reaches over the border is clipped. Labels are mixed by
    the pixels that are left. The partners are a random permutation of the
    batch; a few images are their own.

    Call it with a dictionary of `"images"` and `"labels"` of shape
    `(batch, num_classes)`. Segmentation masks are mixed as the images are.

    Args:
        alpha: Greater than 0. With 1 every area is equally likely, smaller
            values prefer small and large boxes.
        rate: Probability that a box is pasted into an image.
        **kwargs: `seed` and `value_range`, as in `Augmentation`.

    Example:

    >>> images, labels = np.random.rand(4, 32, 32, 3), np.eye(4)
    >>> mixed = CutMix(seed=0)({"images": images, "labels": labels})
    >>> mixed["labels"].numpy().sum(axis=-1)
    array([1., 1., 1., 1.], dtype=float32)

    Reference:
        [Yun et al., 2019](https://arxiv.org/abs/1905.04899)
    """

    xla = True
    needs_labels = True

    def __init__(
        self, alpha: float = 1.0, rate: float = 1.0, **kwargs: Any
    ) -> None:
        super().__init__(**kwargs)
        self.alpha = check_positive("alpha", alpha)
        self.rate = check_share("rate", rate)
        self._beta = Beta(alpha)

    def sample(self, shape: Sequence[Any]) -> dict[str, Tensor]:
        """Draws `partner`, the `box` to paste and the `share` that is left.

        Args:
            shape: `(batch, height, width, channels)` of the images.

        Returns:
            Indices of shape `(batch,)`; left, top, right and bottom in pixels,
            int32 of shape `(batch, 4)`; and the share of the image's pixels
            that lie outside of the box, `(batch,)`.
        """
        batch, height, width, _ = shape
        area = 1 - self._beta.quantile(self.uniform((batch,)))
        applied = self.uniform((batch,)) < self.rate
        scale = ops.where(applied, ops.sqrt(area), 0.0)
        left, right = self._interval(scale, width)
        top, bottom = self._interval(scale, height)
        covered = ops.cast((right - left) * (bottom - top), "float32")
        return {
            "partner": permutation(self.uniform((batch,))),
            "box": ops.stack([left, top, right, bottom], axis=-1),
            "share": 1 - covered / (height * width),
        }

    def transform(self, images: Tensor, parameters: Any) -> Tensor:
        """Pastes the partner's pixels into the box."""
        _, height, width, _ = images.shape
        left, top, right, bottom = (
            parameters["box"][:, side, None] for side in range(4)
        )
        x, y = ops.arange(width), ops.arange(height)
        columns, rows = (x >= left) & (x < right), (y >= top) & (y < bottom)
        inside = rows[:, :, None, None] & columns[:, None, :, None]
        other = ops.take(images, parameters["partner"], axis=0)
        return ops.where(inside, other, images)

    def transform_labels(self, labels: Tensor, parameters: Any) -> Tensor:
        """Mixes the labels as the pixels of the images are shared."""
        labels = mixup.as_probabilities("CutMix", labels)
        return blend(labels, parameters["partner"], parameters["share"])

    def transform_masks(self, masks: Tensor, parameters: Any) -> Tensor:
        """Pastes the partner's mask into the same box."""
        return self.transform(masks, parameters)

    def transform_boxes(
        self, boxes: Tensor, parameters: Any, height: int, width: int
    ) -> NoReturn:
        """Raises a `ValueError`: the boxes of two images are not as many."""
        raise mixup.refuse("CutMix", "bounding_boxes", "Leave them out.")

    def _interval(self, scale: Tensor, side: int) -> tuple[Tensor, Tensor]:
        """Draws where the box begins and ends, clipped to the image."""
        length = ops.floor(scale * side)
        middle = ops.floor(self.uniform(ops.shape(scale)) * side)
        start = middle - ops.floor(length / 2)
        return tuple(
            ops.cast(ops.clip(place, 0, side), "int32")
            for place in (start, start + length)
        )

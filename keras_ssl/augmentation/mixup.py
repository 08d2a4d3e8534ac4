"""`MixUp`: blends each image with another one, and their labels alike."""

from collections.abc import Sequence
from typing import Any
from typing import NoReturn

from keras import ops

from keras_ssl.augmentation import mixing
from keras_ssl.augmentation.augmentation import Augmentation
from keras_ssl.augmentation.checks import check_positive
from keras_ssl.augmentation.checks import check_share
from keras_ssl.functional import blend
from keras_ssl.utils.random import Beta
from keras_ssl.utils.random import permutation
from keras_ssl.utils.registry import register
from keras_ssl.utils.typing import Tensor


@register
class MixUp(Augmentation):
    """Blends each image with another one of the batch, and labels alike.

    An image becomes `share * image + (1 - share) * partner`, where each image
    has a `share` of its own, from Beta(alpha, alpha), and the partners are a
    random permutation of the batch. A few images are their own partner.

    Call it with a dictionary of `"images"` and `"labels"` of shape
    `(batch, num_classes)`.

    Args:
        alpha: Greater than 0. Small values leave most images nearly as they
            are, 1 makes every share equally likely.
        rate: Probability that an image is blended.
        **kwargs: `seed` and `value_range`, as in `Augmentation`.

    Example:

    >>> images, labels = np.random.rand(4, 32, 32, 3), np.eye(4)
    >>> mixed = MixUp(seed=0)({"images": images, "labels": labels})
    >>> mixed["labels"].numpy().sum(axis=-1)
    array([1., 1., 1., 1.], dtype=float32)

    Reference:
        [Zhang et al., 2017](https://arxiv.org/abs/1710.09412)
    """

    xla = True
    needs_labels = True

    def __init__(
        self, alpha: float = 0.2, rate: float = 1.0, **kwargs: Any
    ) -> None:
        super().__init__(**kwargs)
        self.alpha = check_positive("alpha", alpha)
        self.rate = check_share("rate", rate)
        self._beta = Beta(alpha)

    def sample(self, shape: Sequence[Any]) -> dict[str, Tensor]:
        """Draws the index of the `partner`, and the `share` that is kept."""
        batch = shape[0]
        share = self._beta.quantile(self.uniform((batch,)))
        applied = self.uniform((batch,)) < self.rate
        return {
            "partner": permutation(self.uniform((batch,))),
            "share": ops.where(applied, share, 1.0),
        }

    def transform(self, images: Tensor, parameters: Any) -> Tensor:
        """Blends each image with its partner."""
        return blend(images, parameters["partner"], parameters["share"])

    def transform_labels(self, labels: Tensor, parameters: Any) -> Tensor:
        """Blends the labels in the same shares."""
        labels = mixing.as_probabilities("MixUp", labels)
        return blend(labels, parameters["partner"], parameters["share"])

    def transform_masks(self, masks: Tensor, parameters: Any) -> NoReturn:
        """Raises a `ValueError`: a pixel of a mask has one class."""
        raise mixing.refuse(
            "MixUp",
            "segmentation_masks",
            "Leave them out, or use CutMix, which mixes them exactly.",
        )

    def transform_boxes(
        self, boxes: Tensor, parameters: Any, height: int, width: int
    ) -> NoReturn:
        """Raises a `ValueError`: the boxes of two images are not as many."""
        raise mixing.refuse("MixUp", "bounding_boxes", "Leave them out.")

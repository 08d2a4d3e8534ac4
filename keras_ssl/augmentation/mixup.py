"""`MixUp`: blends each image with another one, and their labels alike."""

from collections.abc import Sequence
from typing import Any
from typing import NoReturn

import keras
from keras import ops

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
        labels = as_probabilities("MixUp", labels)
        return blend(labels, parameters["partner"], parameters["share"])

    def transform_masks(self, masks: Tensor, parameters: Any) -> NoReturn:
        """Raises a `ValueError`: a pixel of a mask has one class."""
        raise refuse(
            "MixUp",
            "segmentation_masks",
            "Leave them out, or use CutMix, which mixes them exactly.",
        )

    def transform_boxes(
        self, boxes: Tensor, parameters: Any, height: int, width: int
    ) -> NoReturn:
        """Raises a `ValueError`: the boxes of two images are not as many."""
        raise refuse("MixUp", "bounding_boxes", "Leave them out.")


def as_probabilities(name: str, labels: Any) -> Tensor:
    """Returns labels of shape `(batch, num_classes)` as float32.

    Args:
        name: The augmentation, for the error.
        labels: Probabilities or one-hot.

    Raises:
        ValueError: `labels` are indices of classes.
    """
    labels = ops.convert_to_tensor(labels)
    shape = tuple(labels.shape)
    dtype = keras.backend.standardize_dtype(labels.dtype)
    if len(shape) == 2 and (shape[1] != 1 or "int" not in dtype):
        return ops.cast(labels, "float32")
    raise ValueError(
        f"Received: labels of shape {shape} and dtype {dtype}. Expected "
        f"shape (batch, num_classes): {name} gives an image a part of two "
        "classes, which one integer cannot say. Pass "
        "keras.ops.one_hot(labels, num_classes), or "
        "keras.utils.to_categorical(labels, num_classes) for arrays."
    )


def refuse(name: str, what: str, instead: str) -> ValueError:
    """The error for what cannot be mixed.

    Args:
        name: The augmentation.
        what: What it was given.
        instead: What to do.
    """
    return ValueError(
        f"Received: {what}. Expected none: {name} makes one image of two, and "
        f"cannot do so with {what}. {instead}"
    )

"""`Mixer`: blends images with one another, and their labels alike."""

from collections.abc import Sequence
from typing import Any

import keras
from keras import ops

from keras_ssl.functional import blend
from keras_ssl.functional import soft_cross_entropy
from keras_ssl.methods.method import check_interval
from keras_ssl.utils.random import Beta
from keras_ssl.utils.random import SeedGenerator
from keras_ssl.utils.random import permutation
from keras_ssl.utils.typing import Tensor


class Mixer(keras.layers.Layer):
    """Blends each image with another one, of which it takes the smaller share.

    The partners are a random permutation, and each image keeps `max(s, 1 - s)`
    of itself, where `s` is drawn for it from Beta(alpha, alpha).

    Args:
        alpha: In `[0.01, 100]`. Small values leave most images nearly as they
            are, 1 makes every share equally likely.

    Attributes:
        generator: The `keras.random.SeedGenerator` that it draws with.

    Raises:
        ValueError: `alpha` is out of range.

    Example:

    >>> partner, share = Mixer(0.75).draw(4)
    >>> sorted(int(p) for p in partner), bool(ops.all(share >= 0.5))
    ([0, 1, 2, 3], True)
    """

    def __init__(self, alpha: float, **kwargs: Any) -> None:
        kwargs.setdefault("dtype", "float32")
        super().__init__(**kwargs)
        self.beta = Beta(check_interval("alpha", alpha, 0.01, 100))
        self.generator = SeedGenerator()
        self.built = True

    def draw(self, count: Any) -> tuple[Tensor, Tensor]:
        """Draws which images are blended, and how much of them is left.

        Args:
            count: How many images there are, an integer or a scalar tensor.

        Returns:
            The index of each image's partner and the image's own share, at
            least 1/2, both of shape `(count,)`.
        """
        order, draws = (
            keras.random.uniform((count,), dtype="float32", seed=self.generator)
            for _ in range(2)
        )
        share = self.beta.quantile(draws)
        return permutation(order), ops.maximum(share, 1.0 - share)

    def mix(
        self, images: Sequence[Tensor], labels: Sequence[Tensor]
    ) -> tuple[dict[str, Tensor], dict[str, Tensor]]:
        """Blends views with one another, the labeled images first.

        Args:
            images: `(b, height, width, channels)` of the labeled images, then
                those of each other view.
            labels: Probabilities `(b, num_classes)`, then those of each view.

        Returns:
            Images `"labeled"` and `"mixed"`, the other views one after the
            other, and their labels `"labeled_target"` and `"mixed_target"`.
        """
        rows, targets = ops.concatenate(images), ops.concatenate(labels)
        partner, share = self.draw(ops.shape(rows)[0])
        rows = blend(rows, partner, share)
        targets = ops.stop_gradient(blend(targets, partner, share))
        end = ops.shape(images[0])[0]
        return (
            {"labeled": rows[:end], "mixed": rows[end:]},
            {"labeled_target": targets[:end], "mixed_target": targets[end:]},
        )


def blended_loss(
    labeled: Tensor, labeled_target: Tensor, sample_weight: Tensor
) -> Tensor:
    """The cross entropy of labeled images that are blended.

    It stands in place of the compiled loss, whose label has no part of another
    class. The compiled metrics see the blends too, as what they mostly are.

    Args:
        labeled: Logits `(b, num_classes)`.
        labeled_target: Probabilities `(b, num_classes)`.
        sample_weight: `(b,)`: that of the image of which most is left.

    Returns:
        A scalar, float32: the mean over all images.

    Example:

    >>> loss = blended_loss([[0.0, 0.0]], [[0.5, 0.5]], ops.array([2.0]))
    >>> round(float(loss), 4)
    1.3863
    """
    loss = soft_cross_entropy(labeled_target, labeled)
    return ops.mean(ops.convert_to_tensor(sample_weight) * loss)

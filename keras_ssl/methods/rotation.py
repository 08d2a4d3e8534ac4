"""`Rotation`: telling by how many quarters an image was turned."""

from typing import Any

import keras
from keras import ops

from keras_ssl.functional import cross_entropy
from keras_ssl.functional import quarter_turn
from keras_ssl.utils.typing import Tensor


class Rotation(keras.layers.Layer):
    """Turns images at random, and learns from features which turn it was.

    It trains a Dense layer of its own, from features to four turns.

    Attributes:
        generator: The `keras.random.SeedGenerator` that it draws with.

    Example:

    >>> rotation = Rotation()
    >>> turned, turns = rotation.turn(ops.ones((2, 8, 8, 3)))
    >>> loss = rotation(ops.ones((2, 16)), turns)
    >>> tuple(rotation.head.kernel.shape)
    (16, 4)

    Reference:
        [Gidaris et al., 2018](https://arxiv.org/abs/1803.07728)
    """

    def __init__(self, **kwargs: Any) -> None:
        kwargs.setdefault("dtype", "float32")
        super().__init__(**kwargs)
        self.generator = keras.random.SeedGenerator()
        self.head = keras.layers.Dense(4, dtype="float32")

    def build(self, features_shape: Any, turns_shape: Any = None) -> None:
        """Creates the weights for features `(n, d)`."""
        self.head.build(features_shape)

    def turn(self, images: Tensor) -> tuple[Tensor, Tensor]:
        """Turns each image by 0, 90, 180 or 270 degrees.

        Args:
            images: `(n, side, side, channels)`.

        Returns:
            The images, and by how many quarters each is turned: `(n,)`, int32.

        Raises:
            ValueError: The images are not square.
        """
        count, height, width, _ = ops.shape(images)
        if height != width:
            raise ValueError(
                f"Received: images of {height} x {width} pixels. Expected "
                "square ones, as they are turned by 90 degrees. Pass "
                "`rotation_weight=0`, or crop the images."
            )
        turns = keras.random.randint((count,), 0, 4, seed=self.generator)
        return quarter_turn(images, turns), turns

    def call(self, features: Tensor, turns: Tensor) -> Tensor:
        """The mean cross entropy, a scalar, of features `(n, d)`."""
        return ops.mean(cross_entropy(turns, self.head(features)))

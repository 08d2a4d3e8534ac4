"""ReMixMatch: blends with strong views, and an aligned guess."""

from typing import Any

import keras
from keras import ops

from keras_ssl.functional import cross_entropy
from keras_ssl.functional import pseudo_label
from keras_ssl.functional import quarter_turn
from keras_ssl.functional import sharpen
from keras_ssl.functional import soft_cross_entropy
from keras_ssl.methods.alignment import DistributionAlignment
from keras_ssl.methods.alignment import check_prior
from keras_ssl.methods.method import Method
from keras_ssl.methods.method import check_interval
from keras_ssl.methods.mixer import Mixer
from keras_ssl.methods.mixer import blended_loss
from keras_ssl.methods.ramp_up import RampUp
from keras_ssl.utils.random import SeedGenerator
from keras_ssl.utils.registry import register
from keras_ssl.utils.typing import Array
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
        self.generator = SeedGenerator()
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


WINDOW = 128  # batches over which the predictions are averaged
MIXED, STRONG = 1.5, 0.5  # weights of two losses


@register
class ReMixMatch(Method):
    """Holds strong views, blended and alone, to a guess from the weak view.

    `loss = ramp * (1.5 * H(target, softmax(mixed)) + 0.5 * H(q,
    softmax(strong))) + rotation_weight * rotation`, where `q =
    sharpen(align(softmax(weak)))` takes no gradient and `ramp = min(1, step /
    ramp_up_steps)`. `mixed` are `strong`, `strong_2` and `weak`, and `target`
    is their `q`, each blended with any other image, labeled or not, by a
    `Mixer`. So are labeled images, of which it takes the `blended_loss`.
    `rotation` is that of a `Rotation` of `strong`. The paper has up to eight
    strong views, whose augmentation it learns (CTAugment), and a ramp over 1/64
    of the run; its statistics of BatchNorm are those of one mixed batch.

    Args:
        temperature: Sharpens the guess, in `[0.01, 1]`; 1 leaves it as it is.
        alpha: The shares of a blend are from Beta(alpha, alpha).
        rotation_weight: Weight of `rotation`, at least 0. With 0, no features
            are needed. Take 0 where a turn makes another class, as of digits.
        ramp_up_steps: Steps over which the weight rises linearly from 0. 0
            means the full weight from the start.
        prior: The mix to align to over 128 batches, as in
            `DistributionAlignment`.

    Example:

    >>> method = ReMixMatch(rotation_weight=0)
    >>> logits, q = [[0.0, 0.0]], [[1.0, 0.0]]
    >>> round(float(method(logits, q, logits, q)), 4)
    1.3863

    Reference:
        [Berthelot et al., 2020](https://arxiv.org/abs/1911.09785)
    """

    uses = ("strong_2",)
    mixed = ("mixed", "rotated")
    batch_norm = "labeled"
    labeled_loss = staticmethod(blended_loss)

    def __init__(
        self,
        temperature: float = 0.5,
        alpha: float = 0.75,
        rotation_weight: float = 0.5,
        ramp_up_steps: int = 0,
        prior: str | Array = "labeled",
        **kwargs: Any,
    ) -> None:
        super().__init__(**kwargs)
        self.temperature = check_interval("temperature", temperature, 0.01, 1)
        self.rotation_weight = check_interval(
            "rotation_weight", rotation_weight, 0, float("inf")
        )
        self.prior = check_prior(prior)
        self.alpha, self.mixer = alpha, Mixer(alpha)
        self.ramp_up_steps, self.ramp_up = ramp_up_steps, RampUp(ramp_up_steps)

    @property
    def inputs(self) -> tuple[str, ...]:
        """What `call` takes; without rotation, no features."""
        return super().inputs[: None if self.rotation_weight else 4]

    def build(
        self, mixed_shape: Any, rotated_features_shape: Any = None
    ) -> None:
        """Creates the state for logits, and the weights for features."""
        self.alignment = DistributionAlignment(
            mixed_shape[-1], prior=self.prior, window=WINDOW
        )
        if self.rotation_weight:
            self.rotation = Rotation()
            self.rotation.build(rotated_features_shape)

    def mix(self, images: Any, logits: Any, labels: Tensor) -> Any:
        """Guesses labels, blends everything and turns the strong view."""
        q = self.alignment(pseudo_label(logits["weak"])[0], labels)
        q = sharpen(q, self.temperature)
        views = [images[n] for n in ("labeled", "strong", "strong_2", "weak")]
        mixed, targets = self.mixer.mix(views, [labels, q, q, q])
        targets["guess"] = q
        if self.rotation_weight:
            turned = self.rotation.turn(images["strong"])
            mixed["rotated"], targets["turns"] = turned
        return mixed, targets

    def call(
        self,
        mixed: Tensor,
        mixed_target: Tensor,
        strong: Tensor,
        guess: Tensor,
        rotated_features: Tensor | None = None,
        turns: Tensor | None = None,
    ) -> Tensor:
        """The loss of logits `(3 * n, num_classes)` and `(n, num_classes)`."""
        self.observe(ops.ones_like(guess[:, 0]), guess)
        mixed_target = ops.stop_gradient(mixed_target)
        guess = ops.stop_gradient(guess)
        loss = MIXED * ops.mean(soft_cross_entropy(mixed_target, mixed))
        loss = loss + STRONG * ops.mean(soft_cross_entropy(guess, strong))
        loss = self.ramp_up() * loss
        if self.rotation_weight:
            rotation = self.rotation(rotated_features, turns)
            loss = loss + self.rotation_weight * rotation
        return loss

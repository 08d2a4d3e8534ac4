"""MixMatch: blends of labeled and unlabeled images."""

from typing import Any

from keras import ops

from keras_ssl.functional import pseudo_label
from keras_ssl.functional import sharpen
from keras_ssl.functional import squared_error
from keras_ssl.methods.method import Method
from keras_ssl.methods.method import check_interval
from keras_ssl.methods.mixer import Mixer
from keras_ssl.methods.mixer import blended_loss
from keras_ssl.methods.ramp_up import RampUp
from keras_ssl.utils.registry import register
from keras_ssl.utils.typing import Tensor


@register
class MixMatch(Method):
    """Holds blends of images to blends of their labels, known and guessed.

    `loss = weight * ramp * mean((softmax(mixed) - target) ** 2)`, over images
    and classes, where `ramp = min(1, step / ramp_up_steps)`. The guess for an
    image is `sharpen((softmax(weak) + softmax(weak_2)) / 2)`, without gradient.
    `mixed` are both views and `target` is their guess, each blended with any
    other image, labeled or not, by a `Mixer`. So are labeled images, of which
    it takes the `blended_loss`. In the paper, there may be more views, and the
    statistics of BatchNorm are those of one mixed batch.

    Args:
        temperature: Sharpens the guess, in `[0.01, 1]`; 1 leaves it as it is.
        alpha: The shares of a blend are from Beta(alpha, alpha).
        weight: Weight of the loss, at least 0; in the paper, 75 to 250.
        ramp_up_steps: Steps over which the weight rises linearly from 0. With
            far fewer, a network that knows little yet ends in one class.

    Example:

    >>> method = MixMatch(ramp_up_steps=0)
    >>> float(method([[0.0, 0.0]], [[0.75, 0.25]], [[1.0, 0.0]]))
    6.25

    Reference:
        [Berthelot et al., 2019](https://arxiv.org/abs/1905.02249)
    """

    targets = ("weak", "weak_2")
    mixed = ("mixed",)
    batch_norm = "labeled"
    labeled_loss = staticmethod(blended_loss)

    def __init__(
        self,
        temperature: float = 0.5,
        alpha: float = 0.5,
        weight: float = 100.0,
        ramp_up_steps: int = 16384,
        **kwargs: Any,
    ) -> None:
        super().__init__(**kwargs)
        self.temperature = check_interval("temperature", temperature, 0.01, 1)
        self.weight = check_interval("weight", weight, 0, float("inf"))
        self.alpha, self.mixer = alpha, Mixer(alpha)
        self.ramp_up_steps, self.ramp_up = ramp_up_steps, RampUp(ramp_up_steps)

    def mix(self, images: Any, logits: Any, labels: Tensor) -> Any:
        """Guesses labels and blends all images."""
        q = sum(pseudo_label(logits[view])[0] for view in self.targets) / 2
        guess = sharpen(q, self.temperature)
        views = [images[view] for view in ("labeled", *self.targets)]
        mixed, tensors = self.mixer.mix(views, [labels, guess, guess])
        return mixed, {**tensors, "guess": guess}

    def call(self, mixed: Tensor, mixed_target: Any, guess: Tensor) -> Tensor:
        """The loss of logits `(2 * n, num_classes)`, guessed for `n` images."""
        self.observe(ops.ones_like(guess[:, 0]), guess)
        loss = squared_error(ops.stop_gradient(mixed_target), mixed)
        return self.weight * self.ramp_up() * ops.mean(loss)

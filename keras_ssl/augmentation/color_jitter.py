"""`ColorJitter`: another brightness, contrast, saturation and hue."""

from collections.abc import Sequence
from typing import Any

from keras import ops

from keras_ssl.augmentation import color
from keras_ssl.augmentation.augmentation import Augmentation
from keras_ssl.augmentation.checks import check_share
from keras_ssl.augmentation.checks import check_strength
from keras_ssl.utils.registry import register
from keras_ssl.utils.typing import Tensor

# In the order in which they are applied.
STEPS = {
    "brightness": color.brightness,
    "contrast": color.contrast,
    "saturation": color.color,
    "hue": color.hue,
}


@register
class ColorJitter(Augmentation):
    """Changes the colours of each image by factors and a hue of its own.

    The steps are those of torchvision, always in the order brightness,
    contrast, saturation, hue. A factor of 0 gives a black, a flat or a grey
    image, and 1 the image itself. A strength of 0 leaves its step out.

    Args:
        brightness: At least 0. The factor is drawn uniformly from
            `max(0, 1 - brightness)` to `1 + brightness`.
        contrast: At least 0; the factor is drawn uniformly from
            `max(0, 1 - contrast)` to `1 + contrast`.
        saturation: At least 0; the factor is drawn uniformly from
            `max(0, 1 - saturation)` to `1 + saturation`.
        hue: From 0 to 0.5. The hue turns by a part of the colour circle that is
            drawn uniformly from `-hue` to `hue`. Images that have not three
            channels have no hue.
        rate: Probability that an image is changed, from 0 to 1. SimCLR's is
            0.8.
        **kwargs: `seed` and `value_range`, as in `Augmentation`.

    Raises:
        ValueError: A strength or `rate` is out of its bounds.

    Example:

    >>> grey = np.full((4, 8, 8, 3), 100.0)
    >>> views = ops.convert_to_numpy(ColorJitter(brightness=0.2)(grey))
    >>> levels = views[:, 0, 0, 0].tolist()
    >>> len(set(levels)), 80 <= min(levels), max(levels) <= 120
    (4, True, True)

    Reference:
        `torchvision.transforms.ColorJitter`; strengths and rate in
        [Chen et al., 2020](https://arxiv.org/abs/2002.05709)
    """

    xla = True

    def __init__(
        self,
        brightness: float = 0.4,
        contrast: float = 0.4,
        saturation: float = 0.4,
        hue: float = 0.1,
        *,
        rate: float = 1.0,
        **kwargs: Any,
    ) -> None:
        super().__init__(**kwargs)
        no_limit = float("inf")
        self.brightness = check_strength("brightness", brightness, no_limit)
        self.contrast = check_strength("contrast", contrast, no_limit)
        self.saturation = check_strength("saturation", saturation, no_limit)
        self.hue = check_strength("hue", hue, 0.5)
        self.rate = check_share("rate", rate)

    def sample(self, shape: Sequence[Any]) -> dict[str, Tensor]:
        """Draws three factors, the turn of the `hue`, and whether `applied`."""
        batch = (shape[0],)
        factors = {
            name: self.uniform(batch, max(0.0, 1 - strength), 1 + strength)
            for name, strength in (
                ("brightness", self.brightness),
                ("contrast", self.contrast),
                ("saturation", self.saturation),
            )
        }
        return {
            **factors,
            "hue": self.uniform(batch, -self.hue, self.hue),
            "applied": self.uniform((shape[0], 1, 1, 1)) < self.rate,
        }

    def transform(self, images: Tensor, parameters: Any) -> Tensor:
        """Applies the four steps to the images that are to change."""
        scale = 255 / (self.high - self.low)
        pixels = (images - self.low) * scale
        for name, step in STEPS.items():
            if getattr(self, name):
                pixels = step(pixels, parameters[name])
        changed = ops.clip(pixels / scale + self.low, self.low, self.high)
        return ops.where(parameters["applied"], changed, images)

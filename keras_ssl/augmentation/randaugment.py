"""`RandAugment`: a few of fourteen operations, drawn for each image."""

from collections.abc import Callable
from collections.abc import Sequence
from typing import Any

from keras import ops

from keras_ssl.augmentation import affine
from keras_ssl.augmentation.augmentation import Augmentation
from keras_ssl.augmentation.checks import check_count
from keras_ssl.augmentation.checks import check_fill
from keras_ssl.augmentation.checks import check_interpolation
from keras_ssl.augmentation.checks import check_share
from keras_ssl.augmentation.deck import Deck
from keras_ssl.augmentation.deck import Hand
from keras_ssl.augmentation.deck import Strength
from keras_ssl.utils.checks import check_name
from keras_ssl.utils.registry import register
from keras_ssl.utils.typing import Tensor


@register
class RandAugment(Augmentation):
    """Draws operations and their strengths for every image, and applies them.

    The operations are identity, autocontrast, brightness, color, contrast,
    equalize, posterize, rotate, sharpness, shear_x, shear_y, solarize,
    translate_x and translate_y. Those of colour come first, then all of
    geometry as one warp, so that what comes into the image keeps its colour.

    Args:
        num_ops: How often an operation is drawn for an image, with replacement.
        magnitude: Largest level that is drawn, from 0 (nothing changes) to 1;
            1 unless the variant is "symmetric".
        rate: Probability that a drawn operation is applied.
        variant: What the operations do at a level. "symmetric" takes levels
            uniformly from 0 to `magnitude`, and goes as far to one side as to
            the other: enhancement factors of 1 +- 0.9, rotations of +-30
            degrees, slopes and shifts of +-0.3, 4 to 8 bits. "fixmatch" has the
            levels and ranges of FixMatch's authors, "torchssl" those of
            TorchSSL. The strong views of these two papers are the presets
            `keras_ssl.augmentation.get("fixmatch")` and `get("torchssl")`.
        interpolation: "nearest" or "bilinear".
        fill: Colour of what comes into the image, as a fraction of the value
            range (0 black, 1 white): one number, or one per channel.
        **kwargs: `seed` and `value_range`, as in `Augmentation`.

    Example:

    >>> images = np.random.rand(4, 32, 32, 3)
    >>> RandAugment(value_range=(0, 1), seed=0)(images).shape
    TensorShape([4, 32, 32, 3])

    Reference:
        [Cubuk et al., 2019](https://arxiv.org/abs/1909.13719)
    """

    xla = True

    def __init__(
        self,
        num_ops: int = 2,
        magnitude: float = 1.0,
        rate: float = 0.5,
        *,
        variant: str = "symmetric",
        interpolation: str = "nearest",
        fill: Any = 0.5,
        **kwargs: Any,
    ) -> None:
        super().__init__(**kwargs)
        self.num_ops = check_count("num_ops", num_ops)
        self.magnitude = _check_magnitude(magnitude, variant)
        self.rate = check_share("rate", rate)
        self.variant = check_name(variant, "variant", VARIANTS)
        self.interpolation = check_interpolation(interpolation)
        self.fill = check_fill(fill)
        self._deck = Deck(list(VARIANTS[variant].items()), rate)

    def sample(self, shape: Sequence[Any]) -> list[Hand]:
        """Deals `num_ops` times to the batch."""
        hands = [
            self._deck.deal(shape[0], self.uniform) for _ in range(self.num_ops)
        ]
        return [
            {**hand, "level": hand["level"] * self.magnitude} for hand in hands
        ]

    def transform(self, images: Tensor, parameters: Any) -> Tensor:
        """Applies the colour operations, then all geometry in one warp."""
        for hand in parameters:
            images = self._deck.color(images, hand, self.low, self.high)
        return affine.warp(
            images,
            self.matrix(parameters, ops.shape(images)),
            interpolation=self.interpolation,
            fill=self.fill_value(self.fill, images.shape[-1]),
        )

    def matrix(self, parameters: Any, shape: Sequence[Any]) -> Tensor:
        """All geometric operations of each image as one map."""
        batch, height, width, _ = shape
        matrices = affine.identity(batch)
        for hand in parameters:
            matrices = self._deck.geometry(matrices, hand, height, width)
        return matrices


def _check_magnitude(magnitude: float, variant: str) -> float:
    if variant == "symmetric" or magnitude == 1:
        return check_share("magnitude", magnitude)
    raise ValueError(
        f"Received: magnitude={magnitude!r} for the variant {variant!r}. "
        "Expected 1: its authors fixed its levels, and less would be another "
        'augmentation. Use variant="symmetric" to choose how strong it is.'
    )


def _fixed(value: float) -> Strength:
    return lambda level, sign: ops.ones_like(level) * value


def _enhancers(factor: Strength) -> dict[str, Strength]:
    names = ("brightness", "color", "contrast", "sharpness")
    return dict.fromkeys(names, factor)


# The same distance above and below the image, nothing at level 0.
SYMMETRIC: dict[str, Strength] = {
    "identity": _fixed(0.0),
    "autocontrast": lambda level, sign: ops.cast(level > 0, "float32"),
    "equalize": lambda level, sign: ops.cast(level > 0, "float32"),
    **_enhancers(lambda level, sign: 1 + 0.9 * sign * level),
    "posterize": lambda level, sign: ops.round(8 - 4 * level),
    "solarize": lambda level, sign: 256 * (1 - level),
    "rotate": lambda level, sign: 30 * sign * level,
    "shear_x": lambda level, sign: 0.3 * sign * level,
    "shear_y": lambda level, sign: 0.3 * sign * level,
    "translate_x": lambda level, sign: 0.3 * sign * level,
    "translate_y": lambda level, sign: 0.3 * sign * level,
}


def _tenths(strength: Callable[[Tensor, Tensor], Any]) -> Strength:
    """Passes on one of the levels 1 to 9, as whole numbers."""
    return lambda level, sign: strength(1 + ops.floor(9 * level), sign)


# Levels from 1 to 9 of 10, rounded as the authors of FixMatch round.
FIXMATCH: dict[str, Strength] = {
    "identity": _fixed(0.0),
    "autocontrast": _fixed(1.0),
    "equalize": _fixed(1.0),
    **_enhancers(_tenths(lambda level, sign: 0.1 + 0.18 * level)),
    "posterize": _tenths(lambda level, sign: 4 - ops.floor(0.4 * level)),
    "solarize": _tenths(lambda level, sign: 256 - ops.floor(25.6 * level)),
    "rotate": _tenths(lambda level, sign: 3 * sign * level),
    "shear_x": _tenths(lambda level, sign: 0.03 * sign * level),
    "shear_y": _tenths(lambda level, sign: 0.03 * sign * level),
    "translate_x": _tenths(lambda level, sign: sign * level / 32),
    "translate_y": _tenths(lambda level, sign: sign * level / 32),
}

# TorchSSL's list, of which most later comparisons of methods are made: the
# enhancers only weaken.
TORCHSSL: dict[str, Strength] = {
    "identity": _fixed(0.0),
    "autocontrast": _fixed(1.0),
    "equalize": _fixed(1.0),
    **_enhancers(lambda level, sign: 0.05 + 0.9 * level),
    "posterize": lambda level, sign: 4 + ops.floor(4 * level),
    "solarize": lambda level, sign: 256 * level,
    "rotate": lambda level, sign: 30 * sign * level,
    "shear_x": lambda level, sign: 0.3 * sign * level,
    "shear_y": lambda level, sign: 0.3 * sign * level,
    "translate_x": lambda level, sign: 0.3 * sign * level,
    "translate_y": lambda level, sign: 0.3 * sign * level,
}

VARIANTS = {"symmetric": SYMMETRIC, "fixmatch": FIXMATCH, "torchssl": TORCHSSL}

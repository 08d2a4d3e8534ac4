"""`Deck`: operations to deal from, each with its strength at a level."""

from collections.abc import Callable
from collections.abc import Mapping
from collections.abc import Sequence
from typing import Any

from keras import ops

from keras_ssl.augmentation import affine
from keras_ssl.augmentation import color
from keras_ssl.augmentation.deal import Hand
from keras_ssl.augmentation.deal import Operation
from keras_ssl.augmentation.deal import deal
from keras_ssl.augmentation.deal import play
from keras_ssl.utils.typing import Tensor

Matrix = Callable[[Tensor, int, int], Tensor]
Strength = Callable[[Tensor, Tensor], Tensor]

# Each colour operation, and the strength at which it changes nothing.
COLOR: dict[str, tuple[Operation, float]] = {
    "autocontrast": (color.autocontrast, 0.0),
    "brightness": (color.brightness, 1.0),
    "color": (color.color, 1.0),
    "contrast": (color.contrast, 1.0),
    "equalize": (color.equalize, 0.0),
    "hue": (color.hue, 0.0),
    "posterize": (color.posterize, 8.0),
    "sharpness": (color.sharpness, 1.0),
    "solarize": (color.solarize, 256.0),
}

# Each geometric operation: strength, height and width to matrix. At 0 it
# changes nothing.
GEOMETRY: dict[str, Matrix] = {
    "rotate": lambda degrees, height, width: affine.about_middle(
        affine.rotation(degrees), height, width
    ),
    "shear_x": lambda slope, height, width: affine.shear(x=slope),
    "shear_y": lambda slope, height, width: affine.shear(y=slope),
    "zoom": lambda more, height, width: affine.about_middle(
        affine.scaling(1 + more, 1 + more), height, width
    ),
    "translate_x": lambda share, height, width: affine.translation(
        x=_whole_pixels(share * width)
    ),
    "translate_y": lambda share, height, width: affine.translation(
        y=_whole_pixels(share * height)
    ),
}


def _whole_pixels(shift: Tensor) -> Tensor:
    """Rounds half pixels away from 0, to either side alike."""
    return ops.sign(shift) * ops.floor(ops.abs(shift) + 0.5)


class Deck:
    """Deals one operation to an image, and applies what was dealt.

    Args:
        cards: For each operation its name, a key of `COLOR` or `GEOMETRY` or
            "identity", and its strength: a function of `level`, in `[0, 1)`,
            and `sign`, -1 or 1.
        rate: Probability that an image gets an operation at all.
    """

    def __init__(
        self, cards: Sequence[tuple[str, Strength]], rate: float
    ) -> None:
        self.cards = cards
        self.rate = rate

    def deal(self, batch: Any, uniform: Callable[[Any], Tensor]) -> Hand:
        """Deals to a batch of images; see `deal.deal`."""
        return deal(batch, len(self.cards), self.rate, uniform)

    def color(
        self, images: Tensor, hand: Hand, low: float, high: float
    ) -> Tensor:
        """Applies the colour operations to images from `low` to `high`."""
        scale = 255 / (high - low)

        def scaled(operation: Operation) -> Operation:
            def run(pixels: Tensor, strength: Tensor) -> Tensor:
                pixels = operation((pixels - low) * scale, strength)
                return ops.clip(pixels / scale + low, low, high)

            return operation if (low, high) == (0, 255) else run

        operations = {
            name: (scaled(operation), neutral)
            for name, (operation, neutral) in COLOR.items()
        }
        return self._play(images, hand, operations)

    def geometry(
        self, matrices: Tensor, hand: Hand, height: int, width: int
    ) -> Tensor:
        """Applies the geometric operations to one matrix per image."""

        def chained(matrix: Matrix) -> Operation:
            return lambda seen, strength: affine.chain(
                seen, matrix(strength, height, width)
            )

        operations = {
            name: (chained(matrix), 0.0) for name, matrix in GEOMETRY.items()
        }
        return self._play(matrices, hand, operations)

    def _play(
        self,
        batch: Tensor,
        hand: Hand,
        operations: Mapping[str, tuple[Operation, float]],
    ) -> Tensor:
        plays = {}
        for row, (name, strength) in enumerate(self.cards):
            if name in operations:
                operation, neutral = operations[name]
                level, sign = hand["level"][row], hand["sign"][row]
                drawn = ops.where(
                    hand["applied"][row], strength(level, sign), neutral
                )
                plays[row] = _with(drawn, operation)
        return play(batch, hand["image"], plays) if plays else batch


def _with(strength: Tensor, operation: Operation) -> Operation:
    return lambda rows: operation(rows, strength)

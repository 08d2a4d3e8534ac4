"""`Deck`: operations to deal from, each with its strength at a level."""

from collections.abc import Callable
from collections.abc import Mapping
from collections.abc import Sequence
from fractions import Fraction
from typing import Any

from keras import ops

from keras_ssl.augmentation import affine
from keras_ssl.augmentation import color
from keras_ssl.utils.typing import Tensor

Hand = dict[str, Tensor]
Operation = Callable[..., Tensor]


def deal(
    batch: Any, count: int, rate: float, uniform: Callable[[Any], Tensor]
) -> Hand:
    """Deals at most one of `count` operations to each image.

    Args:
        batch: Number of images, an integer or a scalar tensor.
        count: Number of operations.
        rate: Probability that an image gets one; each is equally likely.
        uniform: Draws from `[0, 1)`, given a shape.

    Returns:
        A dictionary of tensors of shape `(count, hand)`, one row an operation:
        `image`, the index of an image or `batch` for nobody; `applied`, whether
        it gets the operation; `level`, uniform in `[0, 1)`; `sign`, -1 or 1.
    """
    # Every operation gets as many cards, whatever is drawn: XLA compiles for
    # fixed shapes, and no image is computed for an operation that it has not.
    share = Fraction(max(rate, 1e-3)).limit_denominator(1000) / count
    hand = -(-batch * share.numerator // share.denominator)
    pack = _larger(batch, count * hand)
    shape = (count, hand)
    # An operation has hand / pack of the cards: at least its share. The rest of
    # the way is a toss for each card.
    chance = (
        rate / count * ops.cast(pack, "float32") / ops.cast(hand, "float32")
    )
    cards = ops.argsort(uniform((pack,)))[: count * hand]
    toss, level, side = (uniform(shape) for _ in range(3))
    image = ops.reshape(ops.minimum(cards, batch), shape)
    return {
        "image": image,
        "applied": (toss < chance) & (image < batch),
        "level": level,
        "sign": ops.where(side < 0.5, -1.0, 1.0),
    }


def play(
    batch: Tensor, image: Tensor, operations: Mapping[int, Operation]
) -> Tensor:
    """Applies each operation to the images that were dealt it.

    Args:
        batch: Tensor of shape `(batch, ...)`.
        image: What `deal` drew, shape `(count, hand)`.
        operations: Functions of some rows of `batch`, by their place among the
            `count`. Where a card is not applied, they must return the row.
    """
    size, (count, hand) = ops.shape(batch)[0], image.shape
    nobody = None in (batch.shape[0], hand) or count * hand > size
    if nobody:  # a last row for the cards that nobody holds
        batch = ops.concatenate([batch, batch[:1]])
    results = [
        operation(ops.take(batch, image[row], axis=0))
        for row, operation in operations.items()
    ]
    # One update of all rows: on a CPU, each copies the whole batch.
    index = ops.concatenate([image[row] for row in operations])
    batch = ops.scatter_update(
        batch, ops.expand_dims(index, 1), ops.concatenate(results)
    )
    return batch[:size] if nobody else batch


def _larger(first: Any, second: Any) -> Any:
    if isinstance(first, int):
        return max(first, second)
    return ops.maximum(first, second)


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

"""Deals operations to the images of a batch like cards from a shuffled pack.

If each image drew for itself, any number of them could draw the same operation,
and with shapes that are known before the draw, as compiled code needs them,
every operation would have to be computed for every image. Dealt from one pack,
each operation falls to equally many images of a batch and is computed for these
alone. An image cannot tell: its chances are those of drawing for itself.
"""

from collections.abc import Callable
from collections.abc import Mapping
from fractions import Fraction
from typing import Any

from keras import ops

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
    index = ops.concatenate([image[row] for row in operations])
    batch = ops.scatter_update(
        batch, ops.expand_dims(index, 1), ops.concatenate(results)
    )
    return batch[:size] if nobody else batch


def _larger(first: Any, second: Any) -> Any:
    if isinstance(first, int):
        return max(first, second)
    return ops.maximum(first, second)

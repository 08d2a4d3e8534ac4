"""Quarter turns of images, pixel by pixel."""

from keras import ops

from keras_ssl.typing import Tensor


def quarter_turn(images: Tensor, turns: Tensor) -> Tensor:
    """Turns each image counter-clockwise by a number of quarters.

    No pixel changes its value.

    Args:
        images: `(n, height, width, channels)`.
        turns: `(n,)`, int32, from 0 to 3; of images that are not square, 0 or
            2, which keeps their shape.

    Returns:
        Images of the same shape.

    Example:

    >>> image = ops.array([[[[1], [2]], [[3], [4]]]])
    >>> turned = quarter_turn(image, ops.array([1]))
    >>> [int(pixel) for pixel in ops.ravel(turned)]
    [2, 4, 1, 3]
    """
    turns = ops.reshape(turns, (-1, 1, 1, 1))
    if images.shape[1] == images.shape[2]:
        swapped = ops.transpose(images, (0, 2, 1, 3))
        images = ops.where(turns % 2 == 1, swapped, images)
    upside_down = (turns == 1) | (turns == 2)
    images = ops.where(upside_down, ops.flip(images, axis=1), images)
    return ops.where(turns >= 2, ops.flip(images, axis=2), images)

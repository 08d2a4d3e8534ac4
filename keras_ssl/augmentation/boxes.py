"""Moves bounding boxes as an affine map moves the image."""

from keras import ops

from keras_ssl.utils.typing import Tensor


def move_boxes(
    boxes: Tensor, matrix: Tensor, height: int, width: int
) -> Tensor:
    """Returns the upright boxes around the moved corners, clipped.

    Args:
        boxes: `(batch, boxes, 4)`: left, top, right and bottom in pixels.
        matrix: `(batch, 3, 3)`, from places of the result to places of the
            image, as in `affine`.
        height: Height of the image.
        width: Width of the image.
    """
    left, top, right, bottom = (boxes[..., i] for i in range(4))
    x = ops.stack([left, right, left, right], axis=-1)
    y = ops.stack([top, top, bottom, bottom], axis=-1)
    inverse = ops.inv(matrix)[:, None, None]
    moved_x, moved_y = (
        inverse[..., row, 0] * x
        + inverse[..., row, 1] * y
        + inverse[..., row, 2]
        for row in range(2)
    )
    sides = [
        ops.clip(ops.min(moved_x, axis=-1), 0, width),
        ops.clip(ops.min(moved_y, axis=-1), 0, height),
        ops.clip(ops.max(moved_x, axis=-1), 0, width),
        ops.clip(ops.max(moved_y, axis=-1), 0, height),
    ]
    return ops.stack(sides, axis=-1)

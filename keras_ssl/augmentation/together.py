"""Labels, masks and boxes: what changes together with the images."""

from typing import Any

from keras import ops

from keras_ssl.utils.typing import Tensor


def check_inputs(inputs: Any) -> None:
    """Raises unless `inputs` are images, or images and what belongs to them."""
    if isinstance(inputs, dict) and "images" not in inputs:
        raise ValueError(
            f"Received: a dictionary of {sorted(inputs)}. Expected one with "
            '"images", and beside them "labels", "segmentation_masks" or '
            '"bounding_boxes".'
        )
    inputs = inputs if isinstance(inputs, dict) else {"images": inputs}
    forms = {
        "images": ((4,), "(batch, height, width, channels)"),
        "segmentation_masks": ((3, 4), "(batch, height, width[, 1])"),
        "bounding_boxes": ((3,), "(batch, boxes, 4)"),
    }
    for name, (ranks, form) in forms.items():
        if name in inputs:
            shape = tuple(getattr(inputs[name], "shape", ()))
            one_hot = name == "segmentation_masks" and shape[3:] not in (
                (),
                (1,),
            )
            if len(shape) not in ranks or None in shape[1:] or one_hot:
                raise ValueError(
                    f"Received: {name} of shape {shape}. Expected {form}, with "
                    "every size but the first known. Batch before you augment."
                )


def transform_others(
    layer: Any, inputs: dict[str, Any], parameters: Any, shape: Any
) -> dict[str, Tensor]:
    """Changes what stands beside the images in `inputs`, but not the images.

    Args:
        layer: The `Augmentation` whose parameters they are.
        inputs: What the layer was called with.
        parameters: What its `sample` returned.
        shape: `(batch, height, width, channels)` of the images.

    Returns:
        The entries that changed, each in its own shape and dtype.
    """
    if not layer.repeatable:
        _check_nothing_must_follow(layer, inputs)
    results = {}
    if "labels" in inputs:
        labels = inputs["labels"]
        results["labels"] = layer.transform_labels(labels, parameters)
    if "segmentation_masks" in inputs:
        masks = ops.convert_to_tensor(inputs["segmentation_masks"])
        moved = ops.reshape(ops.cast(masks, "float32"), (-1, *shape[1:3], 1))
        moved = layer.transform_masks(moved, parameters)
        moved = ops.cast(ops.reshape(moved, ops.shape(masks)), masks.dtype)
        results["segmentation_masks"] = moved
    if "bounding_boxes" in inputs:
        boxes = ops.cast(inputs["bounding_boxes"], "float32")
        results["bounding_boxes"] = layer.transform_boxes(
            boxes, parameters, *shape[1:3]
        )
    return results


def check_labels_come_along(name: str, inputs: Any) -> None:
    """Raises unless `inputs` is a dictionary with labels.

    Args:
        name: The augmentation.
        inputs: What it was called with.
    """
    if isinstance(inputs, dict) and "labels" in inputs:
        return
    keys = (
        f"only {sorted(inputs)}" if isinstance(inputs, dict) else "images alone"
    )
    raise ValueError(
        f"Received: {keys}. Expected images and their labels: {name} makes one "
        "image of two, and the old labels would be wrong. Call it with "
        '{"images": images, "labels": labels}, with labels of shape '
        "(batch, num_classes), and use both of what it returns."
    )


def _check_nothing_must_follow(layer: Any, inputs: dict[str, Any]) -> None:
    others = {"segmentation_masks", "bounding_boxes"} & set(inputs)
    if others:
        raise ValueError(
            f"Received: {sorted(others)}. Expected images and labels: "
            f"{type(layer).__name__} runs a layer that draws by itself, so "
            "that nothing can follow it. Use augmentations of keras_ssl."
        )


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

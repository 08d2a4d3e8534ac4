"""Labels, masks and boxes: what changes together with the images."""

from typing import Any

from keras import ops

from keras_ssl.typing import Tensor


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

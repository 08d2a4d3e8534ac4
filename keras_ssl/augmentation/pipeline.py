"""`Pipeline`: several augmentations, one after the other."""

from collections.abc import Sequence
from typing import Any

from keras_ssl.augmentation.augmentation import Augmentation
from keras_ssl.utils.registry import register
from keras_ssl.utils.typing import Tensor


@register
class Pipeline(Augmentation):
    """Applies augmentations in order.

    Args:
        parts: The augmentations. Setting `value_range` on the pipeline sets it
            on all of them.
        **kwargs: As in `Augmentation`.

    Example:

    >>> from keras_ssl.augmentation import CropAndFlip
    >>> from keras_ssl.augmentation import Cutout
    >>> strong = Pipeline([CropAndFlip(), Cutout()], value_range=(0, 1))
    >>> strong.parts[1].value_range
    (0.0, 1.0)
    """

    def __init__(self, parts: Sequence[Augmentation], **kwargs: Any) -> None:
        super().__init__(**kwargs)
        self.parts = [_check_part(part) for part in parts]
        self.xla = all(part.xla for part in self.parts)
        self.repeatable = all(part.repeatable for part in self.parts)
        self.needs_labels = any(part.needs_labels for part in self.parts)
        if self.value_range is not None:
            self.value_range = self.value_range

    def sample(self, shape: Sequence[Any]) -> list[Any]:
        """Draws the parameters of every part."""
        return [part.sample(shape) for part in self.parts]

    def transform(self, images: Tensor, parameters: list[Any]) -> Tensor:
        """Applies every part with its own parameters."""
        for part, drawn in zip(self.parts, parameters, strict=True):
            images = part.apply(images, drawn)
        return images

    def transform_labels(self, labels: Tensor, parameters: Any) -> Tensor:
        """Changes labels by every part."""
        for part, drawn in zip(self.parts, parameters, strict=True):
            labels = part.transform_labels(labels, drawn)
        return labels

    def transform_masks(self, masks: Tensor, parameters: Any) -> Tensor:
        """Moves masks by every part."""
        for part, drawn in zip(self.parts, parameters, strict=True):
            masks = part.transform_masks(masks, drawn)
        return masks

    def transform_boxes(
        self, boxes: Tensor, parameters: Any, height: int, width: int
    ) -> Tensor:
        """Moves boxes by every part."""
        for part, drawn in zip(self.parts, parameters, strict=True):
            boxes = part.transform_boxes(boxes, drawn, height, width)
        return boxes


def _check_part(part: Any) -> Augmentation:
    if isinstance(part, Augmentation):
        return part
    raise TypeError(
        f"Received: {part!r}. Expected an Augmentation. For names and for "
        "layers of Keras write `keras_ssl.augmentation.get([...])`."
    )

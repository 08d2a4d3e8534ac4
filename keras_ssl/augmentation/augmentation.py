"""`Augmentation`: a layer that draws per image, then transforms."""

import inspect
from collections.abc import Sequence
from typing import Any
from typing import Self

import keras
import numpy as np
from keras import ops

from keras_ssl.augmentation.affine import warp
from keras_ssl.augmentation.checks import check_range
from keras_ssl.augmentation.compiled import run_compiled
from keras_ssl.augmentation.together import check_inputs
from keras_ssl.augmentation.together import check_labels_come_along
from keras_ssl.augmentation.together import move_boxes
from keras_ssl.augmentation.together import transform_others
from keras_ssl.utils.random import SeedGenerator
from keras_ssl.utils.typing import Config
from keras_ssl.utils.typing import Tensor
from keras_ssl.utils.typing import ValueRange


class Augmentation(keras.layers.Layer):
    """A random change of images: `sample` draws it, `transform` applies it.

    Inherit from it and write the two verbs. Both run on the device, inside the
    compiled training step, in float32 whatever the global dtype policy. Keep
    each argument of `__init__` in an attribute of the same name: it is then
    saved by itself. Attributes must not change while `fit` runs.

    Called with images it returns images. Called with a dictionary it changes
    what belongs to the images alike: `"images"`, and where they are there
    `"labels"` of shape `(batch, num_classes)`, `"segmentation_masks"` of shape
    `(batch, height, width)` or `(batch, height, width, 1)`, and
    `"bounding_boxes"` of shape `(batch, boxes, 4)`: left, top, right and bottom
    in pixels.

    Args:
        seed: Integer, or `None` for a random one.
        value_range: `(low, high)`, the values that pixels may take. With
            `None`, `SemiSupervisedModel` sets the attribute before it trains;
            used alone, it stands for `(0, 255)`.

    Attributes:
        generator: The `keras.random.SeedGenerator` that `sample` draws with.
        parts: The augmentations inside this one; they share its `value_range`.
        xla: Whether XLA can compile `transform`. Say so in your class if it
            can: on a CPU, TensorFlow then runs it several times faster.
        needs_labels: Whether it must be called with images and their labels.
        repeatable: Whether `transform` does the same to masks and boxes as to
            images. It does not if it draws, against the rule.

    Example:

    >>> class Darken(Augmentation):
    ...     def sample(self, shape):
    ...         return self.uniform((shape[0], 1, 1, 1))
    ...
    ...     def transform(self, images, parameters):
    ...         return self.low + (images - self.low) * parameters
    >>> Darken(value_range=(0, 1))(np.ones((2, 8, 8, 3))).shape
    TensorShape([2, 8, 8, 3])
    """

    parts: Sequence["Augmentation"] = ()
    xla = False
    needs_labels = False
    repeatable = True

    def __init__(
        self,
        *,
        seed: int | None = None,
        value_range: ValueRange | None = None,
        **kwargs: Any,
    ) -> None:
        super().__init__(**{**kwargs, "dtype": "float32", "autocast": False})
        self.seed = seed
        self.generator = SeedGenerator(seed)
        self.value_range = value_range
        self.built = True

    @property
    def value_range(self) -> ValueRange | None:
        """The values that pixels may take; setting it sets it on all parts."""
        return self._value_range

    @value_range.setter
    def value_range(self, value: ValueRange | None) -> None:
        self._value_range = None if value is None else check_range(value)
        for part in self.parts:
            part.value_range = value

    @property
    def low(self) -> float:
        """The smallest value that a pixel may take."""
        return 0.0 if self.value_range is None else self.value_range[0]

    @property
    def high(self) -> float:
        """The largest value that a pixel may take."""
        return 255.0 if self.value_range is None else self.value_range[1]

    def uniform(
        self, shape: Sequence[Any], low: float = 0.0, high: float = 1.0
    ) -> Tensor:
        """Draws floats from `[low, high)`, the same whether compiled or not.

        `keras.random.uniform` draws other numbers under XLA than without, on
        TensorFlow; whole numbers are the same.
        """
        whole = keras.random.randint(shape, 0, 1 << 24, seed=self.generator)
        return low + (high - low) / (1 << 24) * ops.cast(whole, "float32")

    def fill_value(self, fill: Any, channels: int) -> Any:
        """Turns a `fill` argument into the value of a pixel.

        Args:
            fill: Fraction of the value range, one number or one per channel; 0
                is black, 1 is white. For grey images their mean is taken.
            channels: How many channels the images have.
        """
        fractions = np.ravel(fill).astype("float32")
        if len(fractions) == 1 or channels == 1:
            fractions = np.full(channels, fractions.mean(), "float32")
        if len(fractions) != channels:
            raise ValueError(
                f"Received: fill={fill!r} for images of {channels} channels. "
                f"Expected one number, or {channels}."
            )
        return self.low + (self.high - self.low) * fractions

    def sample(self, shape: Sequence[Any]) -> Any:
        """Draws the parameters of a batch, every image its own.

        Args:
            shape: `(batch, height, width, channels)` of the images; `batch` may
                be a scalar tensor.

        Returns:
            Tensors, in any structure.
        """
        raise NotImplementedError(f"{type(self).__name__} lacks `sample`.")

    def transform(self, images: Tensor, parameters: Any) -> Tensor:
        """Applies what `sample` drew, and draws nothing itself.

        Args:
            images: `(batch, height, width, channels)`, float32.
            parameters: What `sample` returned.

        Returns:
            Images of the same shape, float32, in the same range.
        """
        raise NotImplementedError(f"{type(self).__name__} lacks `transform`.")

    def transform_labels(self, labels: Tensor, parameters: Any) -> Tensor:
        """Changes labels as `transform` changes images: here, not at all.

        Args:
            labels: `(batch, num_classes)`, float32: probabilities.
            parameters: What `sample` returned.
        """
        return labels

    def matrix(self, parameters: Any, shape: Sequence[Any]) -> Tensor | None:
        """The affine map by which `transform` moves each image, if it does.

        Masks and boxes then move by it too.

        Args:
            parameters: What `sample` returned.
            shape: `(batch, height, width, channels)` of the images.

        Returns:
            `(batch, 3, 3)`, from pixels of the result to pixels of the image,
            or `None` if nothing moves.
        """
        return None

    def transform_masks(self, masks: Tensor, parameters: Any) -> Tensor:
        """Moves masks as `transform` moves images, to the nearest pixel.

        Args:
            masks: `(batch, height, width, 1)`, float32. What comes into the
                image from outside is 0.
            parameters: What `sample` returned.
        """
        matrix = self.matrix(parameters, ops.shape(masks))
        return masks if matrix is None else warp(masks, matrix)

    def transform_boxes(
        self, boxes: Tensor, parameters: Any, height: int, width: int
    ) -> Tensor:
        """Moves boxes as `transform` moves images.

        Args:
            boxes: `(batch, boxes, 4)`, float32: left, top, right and bottom in
                pixels from the upper left corner.
            parameters: What `sample` returned.
            height: Height of the images.
            width: Width of the images.

        Returns:
            The upright boxes around the moved ones, clipped to the image.
        """
        shape = (ops.shape(boxes)[0], height, width, 1)
        matrix = self.matrix(parameters, shape)
        if matrix is None:
            return boxes
        return move_boxes(boxes, matrix, height, width)

    def apply(self, images: Tensor, parameters: Any) -> Tensor:
        """Runs `transform`, compiled by itself where that pays."""
        if self.xla:
            return run_compiled(self.transform, images, parameters)
        return self.transform(images, parameters)

    def call(self, inputs: Any, training: bool = True) -> Any:
        """Samples and transforms; leaves images as they are at inference.

        Args:
            inputs: Images, or a dictionary of images and what belongs to them.
            training: Whether to augment.
        """
        check_inputs(inputs)
        together = isinstance(inputs, dict)
        images = ops.cast(inputs["images"] if together else inputs, "float32")
        if not training:
            return {**inputs, "images": images} if together else images
        if self.needs_labels:
            check_labels_come_along(type(self).__name__, inputs)
        parameters = self.sample(ops.shape(images))
        result = self.apply(images, parameters)
        if not together:
            return result
        others = transform_others(self, inputs, parameters, images.shape)
        return {**inputs, "images": result, **others}

    def compute_output_shape(self, input_shape: Sequence[Any]) -> Sequence[Any]:
        """The shape of the images does not change."""
        return input_shape

    def get_config(self) -> Config:
        """Every argument of `__init__`, read from the attribute of its name."""
        own = {
            name: keras.saving.serialize_keras_object(getattr(self, name))
            for cls in type(self).mro()
            if issubclass(cls, Augmentation)
            for name in _arguments(cls)
        }
        return {**super().get_config(), **own}

    @classmethod
    def from_config(cls, config: Config) -> Self:
        """Rebuilds the augmentation, with the layers that its config holds."""
        return cls(**keras.saving.deserialize_keras_object(config))


def _arguments(cls: type[Augmentation]) -> list[str]:
    parameters = list(inspect.signature(cls.__init__).parameters.values())[1:]
    return [p.name for p in parameters if p.kind is not p.VAR_KEYWORD]

"""`Augmentation`: a layer that draws per image, then transforms."""

import inspect
from collections.abc import Sequence
from typing import Any
from typing import Self

import keras
from keras import ops

from keras_ssl.typing import Config
from keras_ssl.typing import Tensor
from keras_ssl.typing import ValueRange


class Augmentation(keras.layers.Layer):
    """A random change of images: `sample` draws it, `transform` applies it.

    Inherit from it and write the two verbs. Both run on the device, inside the
    compiled training step, in float32 whatever the global dtype policy. Keep
    each argument of `__init__` in an attribute of the same name: it is then
    saved by itself. Attributes must not change while `fit` runs.

    Args:
        seed: Integer, or `None` for a random one.
        value_range: `(low, high)`, the values that pixels may take. With
            `None`, `SemiSupervisedModel` sets the attribute before it trains;
            used alone, it stands for `(0, 255)`.

    Attributes:
        generator: The `keras.random.SeedGenerator` that `sample` draws with.
        parts: The augmentations inside this one; they share its `value_range`.

    Example:

    >>> class Darken(Augmentation):
    ...     def sample(self, shape):
    ...         size = (shape[0], 1, 1, 1)
    ...         return keras.random.uniform(size, seed=self.generator)
    ...
    ...     def transform(self, images, parameters):
    ...         return self.low + (images - self.low) * parameters
    >>> Darken(value_range=(0, 1))(np.ones((2, 8, 8, 3))).shape
    TensorShape([2, 8, 8, 3])
    """

    parts: Sequence["Augmentation"] = ()

    def __init__(
        self,
        *,
        seed: int | None = None,
        value_range: ValueRange | None = None,
        **kwargs: Any,
    ) -> None:
        super().__init__(**{**kwargs, "dtype": "float32", "autocast": False})
        self.seed = seed
        self.generator = keras.random.SeedGenerator(seed)
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

    def sample(self, shape: Sequence[Any]) -> Any:
        """Draws one set of parameters per image.

        Args:
            shape: `(batch, height, width, channels)` of the images; `batch` may
                be a scalar tensor.

        Returns:
            Tensors whose first axis is the batch, in any structure.
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

    def call(self, images: Tensor) -> Tensor:
        """Samples and transforms, at inference too."""
        images = ops.cast(images, "float32")
        return self.transform(images, self.sample(ops.shape(images)))

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


def check_range(value: ValueRange) -> ValueRange:
    """Returns `value` as two floats, the lower one first."""
    low, high = (float(bound) for bound in value)
    if low < high:
        return low, high
    raise ValueError(
        f"Received: value_range={value!r}. Expected (low, high) with "
        "low < high. Pass the range of your pixels, for example (0, 255)."
    )


def check_fraction(name: str, value: float) -> float:
    """Returns `value` if it is in `[0, 1]`."""
    if 0 <= value <= 1:
        return value
    raise ValueError(
        f"Received: {name}={value!r}. Expected a fraction of the image's side, "
        f"from 0 to 1. Divide pixels by the side: 4 of 32 is {name}=0.125."
    )


def _arguments(cls: type[Augmentation]) -> list[str]:
    parameters = list(inspect.signature(cls.__init__).parameters.values())[1:]
    return [p.name for p in parameters if p.kind is not p.VAR_KEYWORD]

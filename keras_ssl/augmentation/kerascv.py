"""The one door to KerasCV: TensorFlow and keras_cv are imported here alone."""

import importlib.util
from collections.abc import Sequence
from typing import Any
from typing import Self

import keras
from keras import ops

from keras_ssl.augmentation.augmentation import Augmentation
from keras_ssl.augmentation.cutout import Cutout
from keras_ssl.augmentation.float32 import float32_policy
from keras_ssl.augmentation.float32 import in_float32
from keras_ssl.augmentation.float32 import revive
from keras_ssl.utils.registry import register
from keras_ssl.utils.typing import Config
from keras_ssl.utils.typing import Tensor


@register
class KerasCV(Augmentation):
    """Runs KerasCV layers inside the training step, on the device.

    Without `layer` it is the strong view of FixMatch, as near as KerasCV comes:
    RandAugment with two operations out of ten, each applied with probability
    1/2 at a magnitude of 0.5 +- 0.15, then `Cutout` of half the side. Grey
    images pass through KerasCV as three equal channels.

    Args:
        layer: A KerasCV layer, a list or a `keras.Sequential` of them. They get
            the images in the images' own range, and draw with their own seeds.
            Under mixed precision they are copied in float32.
        **kwargs: `seed` and `value_range`, as in `Augmentation`. The seed is
            for the default view, whose cutout alone repeats to the bit: KerasCV
            augments the images in parallel from one random stream. The result
            is clipped to `value_range` if that is set.

    Raises:
        ImportError: keras_cv is not installed, or not for this Keras.
        ValueError: Keras runs on another backend than TensorFlow.

    Example:

    >>> strong = KerasCV(value_range=(0, 1))
    >>> strong(np.random.rand(2, 16, 16, 3)).shape
    TensorShape([2, 16, 16, 3])

    Reference:
        [Cubuk et al., 2019](https://arxiv.org/abs/1909.13719)
    """

    repeatable = False

    def __init__(self, layer: Any = None, **kwargs: Any) -> None:
        _import_keras_cv()
        import tensorflow as tf

        super().__init__(**kwargs)
        self.layer = None if layer is None else _in_order(layer)
        self._layers_in_order = self.layer or []
        if self.layer is None:
            self._layers_in_order = [_rand_augment(self.seed)]
            self.parts = [Cutout(seed=self.seed, value_range=self.value_range)]
        self.supports_jit = not any(map(_defies_xla, self._layers_in_order))
        # Only in a function of its own does AutoGraph convert KerasCV's code.
        self._run = tf.function(self._chain, reduce_retracing=True)

    def sample(self, shape: Sequence[Any]) -> Any:
        """Draws the cutout; KerasCV's layers draw when they are called."""
        if self.layer is None:
            _check_channels(shape[-1])
        return [part.sample(shape) for part in self.parts]

    def transform(self, images: Tensor, parameters: Any) -> Tensor:
        """Calls the layers, then cuts out."""
        if self.layer is None:
            scale = 255 / (self.high - self.low)
            images = self._run((images - self.low) * scale)
            images = ops.clip(images, 0, 255) / scale + self.low
        else:
            images = self._run(images)
        if self.value_range is not None:
            images = ops.clip(images, self.low, self.high)
        for part, drawn in zip(self.parts, parameters, strict=True):
            images = part.transform(images, drawn)
        return images

    def _chain(self, images: Tensor) -> Tensor:
        shape = images.shape
        images = ops.repeat(images, 3, axis=-1) if shape[-1] == 1 else images
        for layer in self._layers_in_order:
            images = layer(images, training=True)
        images = ops.cast(images[..., : shape[-1]], "float32")
        images.set_shape(shape)  # KerasCV's loops over images forget it
        return images

    @classmethod
    def from_config(cls, config: Config) -> Self:
        """Rebuilds the layers in float32, whatever the global policy."""
        _import_keras_cv()
        with float32_policy():
            return cls(**{key: revive(item) for key, item in config.items()})


def is_kerascv(layer: Any) -> bool:
    """Whether a layer is one of KerasCV, or a `Sequential` that holds one."""
    if isinstance(layer, keras.Sequential):
        return any(is_kerascv(part) for part in layer.layers)
    modules = (cls.__module__ for cls in type(layer).__mro__)
    return any(module.split(".")[0] == "keras_cv" for module in modules)


def _in_order(layer: Any) -> list[Any]:
    if isinstance(layer, keras.Sequential):
        layer = layer.layers
    layers = layer if isinstance(layer, list | tuple) else [layer]
    return [in_float32(part) for part in layers]


def _rand_augment(seed: int | None) -> Any:
    keras_cv = _import_keras_cv()
    with float32_policy():
        return keras_cv.layers.RandAugment(
            value_range=(0, 255),
            augmentations_per_image=2,
            magnitude=0.5,
            magnitude_stddev=0.15,
            rate=0.5,
            seed=seed,
        )


def _defies_xla(layer: Any) -> bool:
    # To let the probe find out takes many seconds and logs hundreds of lines.
    layers = _import_keras_cv().layers
    return isinstance(
        layer, layers.RandAugment | layers.AugMix | layers.Equalization
    )


def _check_channels(channels: int) -> None:
    if channels not in (1, 3):
        raise ValueError(
            f"Received: images with {channels} channels. Expected 1 or 3 for "
            "KerasCV's RandAugment. Pass layers that take your images, "
            "`KerasCV([keras_cv.layers.RandomFlip(), ...])`, or use "
            '`strong=["crop_and_flip", "cutout"]`.'
        )


def _import_keras_cv() -> Any:
    if keras.backend.backend() != "tensorflow":
        raise ValueError(
            f"Received: the Keras backend {keras.backend.backend()!r}. "
            "Expected 'tensorflow', the only one that KerasCV runs on. Set "
            'KERAS_BACKEND=tensorflow, or use `strong="cutout"`.'
        )
    try:
        import keras_cv
    except ImportError as error:
        raise ImportError(_advice()) from error
    return keras_cv


def _advice() -> str:
    if importlib.util.find_spec("keras_cv") is None:
        return (
            "Received: a request for KerasCV, which is not installed. Expected "
            'keras_cv 0.9. Run `pip install "keras_ssl[kerascv]"`.'
        )
    return (
        f"Received: Keras {keras.__version__}, with which keras_cv cannot be "
        'imported. Expected an older one: run `pip install "keras<3.16"`, or '
        'use another strong view, such as `strong="cutout"`.'
    )

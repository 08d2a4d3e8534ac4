"""Networks for people who have none, made for short runs on a processor.

Public names:

- `small_cnn`: Five convolutions for small images, as fast as a processor likes
  them.
"""

from collections.abc import Sequence
from typing import Any

import keras

from keras_ssl.utils.checks import check_number
from keras_ssl.utils.typing import Tensor

__all__ = [
    "small_cnn",
]

POOLED, RESIDUAL = (0, 1, 3), (2, 4)


def small_cnn(
    input_shape: Sequence[int], num_classes: int, *, width: int = 32
) -> keras.Model:
    """Five convolutions for small images, as fast as a processor likes them.

    Convolutions of `width * (1, 2, 2, 4, 4)` channels, of 3 x 3 pixels, each
    with BatchNorm and ReLU; a maximum over 2 x 2 pixels after the first, second
    and fourth; the third and the fifth are added to what they were given. Then
    the mean over all pixels, and logits.

    Args:
        input_shape: `(height, width, channels)` of the images, each side at
            least 8; sides may be `None`. Pixels may have any range, as
            BatchNorm scales them.
        num_classes: How many classes there are, at least 2.
        width: Channels of the first convolution. 20 makes 110,000 parameters,
            32 makes 280,000, 43 makes 504,000, 86 makes 2,000,000.

    Returns:
        A model from images `(n, height, width, channels)` to logits
        `(n, num_classes)`.

    Raises:
        ValueError: A size is out of its range.

    Example:

    >>> keras_ssl.networks.small_cnn((32, 32, 3), 10).count_params()
    280298
    """
    num_classes = check_number("num_classes", num_classes, 2, integer=True)
    width = check_number("width", width, 1, integer=True)
    if not isinstance(input_shape, tuple | list) or len(input_shape) != 3:
        raise ValueError(
            f"Received: input_shape={input_shape!r}. Expected (height, width, "
            "channels). Pass for example (32, 32, 3)."
        )
    for size in input_shape[:2]:
        if size is not None:
            check_number("a side of input_shape", size, 8, integer=True)
    check_number("channels", input_shape[2], 1, integer=True)
    images = x = keras.Input(tuple(input_shape))
    for place, factor in enumerate((1, 2, 2, 4, 4)):
        y = _convolution(x, factor * width, pool=place in POOLED)
        x = keras.layers.Add()([x, y]) if place in RESIDUAL else y
    x = keras.layers.GlobalAveragePooling2D()(x)
    return keras.Model(images, keras.layers.Dense(num_classes)(x))


def _convolution(x: Tensor, channels: int, *, pool: bool) -> Any:
    x = keras.layers.Conv2D(channels, 3, padding="same", use_bias=False)(x)
    if pool:  # before BatchNorm and ReLU, which then cost a quarter
        x = keras.layers.MaxPooling2D()(x)
    return keras.layers.ReLU()(keras.layers.BatchNormalization()(x))

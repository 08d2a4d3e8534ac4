"""How far each transform at each magnitude moves a model's loss."""

from collections.abc import Callable
from collections.abc import Mapping
from collections.abc import Sequence
from typing import Any
from typing import TypeAlias

import keras
import numpy as np
from keras import ops

from keras_ssl.augmentation import affine
from keras_ssl.augmentation.deck import Deck
from keras_ssl.augmentation.transforms import SPATIAL_GROUP
from keras_ssl.augmentation.transforms import TRANSFORMS
from keras_ssl.utils.typing import Array
from keras_ssl.utils.typing import ValueRange

MAGNITUDES = tuple(tenth / 10 for tenth in range(11))

# By transform, the distance at each of `MAGNITUDES`.
Distances: TypeAlias = Mapping[str, Sequence[float]]


def measure_distances(
    loss: Callable[[Array], float],
    images: Array,
    *,
    value_range: ValueRange,
    fill: float,
    seed: int,
) -> Distances:
    """Measures how far each transform moves the loss.

    Args:
        loss: Of the model on images like `images`, with their labels.
        images: `(n, height, width, channels)`.
        value_range: `(low, high)` of the pixels.
        fill: What comes into the image, as a fraction of the range.
        seed: Of the directions that are drawn, left or right.

    Returns:
        By transform, the loss at each of `MAGNITUDES` less that of the images
        as they are. At magnitude 0 it is 0.

    Example:

    >>> images = np.random.default_rng(0).uniform(size=(8, 8, 8, 3))
    >>> found = measure_distances(
    ...     lambda seen: float(np.mean(seen)),
    ...     images,
    ...     value_range=(0, 1),
    ...     fill=0.5,
    ...     seed=0,
    ... )
    >>> found["raise_brightness"][10] > found["raise_brightness"][3] > 0
    True
    """
    images = images.astype("float32")
    clean = loss(images)

    def distance(name: str, magnitude: float) -> float:
        if magnitude == 0:
            return 0.0
        seen = apply_transform(
            images,
            name,
            magnitude,
            value_range=value_range,
            fill=fill,
            seed=seed,
        )
        return loss(seen) - clean

    return {
        name: [distance(name, magnitude) for magnitude in MAGNITUDES]
        for name in TRANSFORMS
    }


def apply_transform(
    images: Array,
    name: str,
    magnitude: float,
    *,
    value_range: ValueRange,
    fill: float,
    seed: int,
) -> Array:
    """Applies one transform of a `Policy` to every image.

    Args:
        images: `(n, height, width, channels)`, float32.
        name: A transform of `keras_ssl.augmentation.Policy`.
        magnitude: From 0, at which nothing changes, to 1.
        value_range: `(low, high)` of the pixels.
        fill: What comes into the image, as a fraction of the range.
        seed: Of the direction of each image, left or right.

    Returns:
        Images of the same shape.

    Example:

    >>> images = np.full((2, 8, 8, 1), 0.5, "float32")
    >>> seen = apply_transform(
    ...     images,
    ...     "lower_brightness",
    ...     1.0,
    ...     value_range=(0, 1),
    ...     fill=0,
    ...     seed=0,
    ... )
    >>> round(float(seen.max()), 2)
    0.05
    """
    operation, strength = TRANSFORMS[name]

    def card(level: Any, sign: Any) -> Any:
        return strength(magnitude * ops.ones_like(level), sign)

    generator = keras.random.SeedGenerator(seed)
    low, high = value_range
    deck = Deck([(operation, card)], rate=1.0)
    hand = deck.deal(
        len(images), lambda shape: keras.random.uniform(shape, seed=generator)
    )
    batch = ops.convert_to_tensor(images)
    if name in SPATIAL_GROUP:
        height, width = images.shape[1:3]
        matrix = deck.geometry(
            affine.identity(len(images)), hand, height, width
        )
        batch = affine.warp(
            batch,
            matrix,
            interpolation="bilinear",
            fill=low + fill * (high - low),
        )
    else:
        batch = deck.color(batch, hand, low, high)
    return np.asarray(ops.convert_to_numpy(batch))

"""Measures how far each transform moves a model's loss."""

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
from keras_ssl.augmentation.transforms import COLOR_GROUPS
from keras_ssl.augmentation.transforms import SPATIAL_GROUP
from keras_ssl.augmentation.transforms import TRANSFORMS
from keras_ssl.utils.random import SeedGenerator
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

    generator = SeedGenerator(seed)
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


LEVELS = 5
COLORS = [name for group in COLOR_GROUPS for name in group]
POOLS = (COLORS, list(SPATIAL_GROUP))


def pool_levels(distances: Distances) -> dict[str, list[list[float]]]:
    """Sorts the magnitudes of all transforms into levels, by distance.

    Colour transforms are one pool, spatial ones another. Each pool's pairs of
    transform and magnitude are sorted by distance and cut into sixths: level 1
    has the two mildest sixths, each level one more, and level 5 has all. So a
    level means the same for every transform, and a transform whose largest
    magnitude is mild, as where a hue comes full circle, has all of it early.

    Args:
        distances: By transform, the distance at each of `MAGNITUDES`.

    Returns:
        The `magnitudes` of `keras_ssl.augmentation.Policy`.

    Example:

    >>> even = {name: MAGNITUDES for pool in POOLS for name in pool}
    >>> [len(each) for each in pool_levels(even)["shear_x"]]
    [4, 6, 8, 10, 11]
    """
    table: dict[str, list[list[float]]] = {}
    for pool in POOLS:
        table.update(_levels({name: distances[name] for name in pool}))
    return table


def _levels(pool: Distances) -> dict[str, list[list[float]]]:
    pairs = [
        (max(distance, 0.0), magnitude, name)
        for name, row in pool.items()
        for distance, magnitude in zip(row, MAGNITUDES, strict=True)
    ]
    pairs.sort()
    kept = [
        round(len(pairs) * (level + 1) / (LEVELS + 1))
        for level in range(1, LEVELS + 1)
    ]
    return {
        name: [_magnitudes(pairs[:count], name) for count in kept]
        for name in pool
    }


def _magnitudes(
    pairs: Sequence[tuple[float, float, str]], name: str
) -> list[float]:
    """The magnitudes of a transform; 0 is one, as it moves nothing."""
    return sorted(m for _, m, other in pairs if other == name)

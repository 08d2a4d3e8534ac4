"""Levels of augmentation at which every transform disturbs a model alike."""

from collections.abc import Sequence

from keras_ssl.augmentation.transforms import COLOR_GROUPS
from keras_ssl.augmentation.transforms import SPATIAL_GROUP
from keras_ssl.finders.augmentation_distance import MAGNITUDES
from keras_ssl.finders.augmentation_distance import Distances

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
    """Those of a transform; 0 is among them, as it moves nothing."""
    return sorted(m for _, m, other in pairs if other == name)

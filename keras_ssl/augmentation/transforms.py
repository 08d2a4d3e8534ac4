"""The transforms that a `Policy` draws from, in their groups.

Each takes a magnitude from 0, at which nothing changes, to 1, and leads to an
operation of a `Deck` with its strength.
"""

from collections.abc import Callable
from collections.abc import Mapping
from collections.abc import Sequence

import numpy as np
from keras import ops

from keras_ssl.augmentation.deck import Deck
from keras_ssl.augmentation.deck import Strength
from keras_ssl.utils.checks import check_name
from keras_ssl.utils.typing import Tensor

# Of magnitude and sign, to the strength of the operation.
Transform = tuple[str, Callable[[Tensor, Tensor], Tensor]]

COLOR_GROUP: dict[str, Transform] = {
    "raise_color": ("color", lambda size, sign: 1 + 0.9 * size),
    "lower_color": ("color", lambda size, sign: 1 - 0.9 * size),
    "raise_brightness": ("brightness", lambda size, sign: 1 + 0.9 * size),
    "lower_brightness": ("brightness", lambda size, sign: 1 - 0.9 * size),
    "jitter_hue": ("hue", lambda size, sign: 0.5 * sign * size),
}
CONTRAST_GROUP: dict[str, Transform] = {
    "autocontrast": ("autocontrast", lambda size, sign: size),
    "solarize": ("solarize", lambda size, sign: 256 * (1 - size)),
    "posterize": ("posterize", lambda size, sign: ops.round(8 - 7 * size)),
    "equalize": ("equalize", lambda size, sign: size),
    "raise_contrast": ("contrast", lambda size, sign: 1 + 0.9 * size),
    "lower_contrast": ("contrast", lambda size, sign: 1 - 0.9 * size),
}
SHARPNESS_GROUP: dict[str, Transform] = {
    "raise_sharpness": ("sharpness", lambda size, sign: 1 + 0.9 * size),
    "lower_sharpness": ("sharpness", lambda size, sign: 1 - 0.9 * size),
}
SPATIAL_GROUP: dict[str, Transform] = {
    "shear_x": ("shear_x", lambda size, sign: 0.3 * sign * size),
    "shear_y": ("shear_y", lambda size, sign: 0.3 * sign * size),
    "translate_x": ("translate_x", lambda size, sign: 0.3 * sign * size),
    "translate_y": ("translate_y", lambda size, sign: 0.3 * sign * size),
    "zoom_in": ("zoom", lambda size, sign: -0.5 * size),
    "zoom_out": ("zoom", lambda size, sign: size),
}
COLOR_GROUPS = (COLOR_GROUP, CONTRAST_GROUP, SHARPNESS_GROUP)
TRANSFORMS: dict[str, Transform] = {
    name: transform
    for group in (*COLOR_GROUPS, SPATIAL_GROUP)
    for name, transform in group.items()
}

# By level, 1 to 5, the magnitudes to draw from where a table says nothing else.
EVEN = [[tenth / 10 for tenth in range(2 * level + 1)] for level in range(1, 6)]

# By transform, such a list.
Table = Mapping[str, Sequence[Sequence[float]]]


def build_decks(
    groups: Sequence[dict[str, Transform]], level: int, table: Table
) -> list[Deck]:
    """One deck a group, from which every image is dealt a transform.

    Args:
        groups: Transforms by name.
        level: From 1 to 5; 0 is no deck at all.
        table: Magnitudes by transform and level.

    Raises:
        ValueError: The level is none of these.
    """
    if level not in range(len(EVEN) + 1):
        raise ValueError(
            f"Received: a level of {level!r}. Expected a whole number from 0 "
            f"(off) to {len(EVEN)} (strongest)."
        )
    return [
        Deck(
            [
                _card(transform, table.get(name, EVEN)[level - 1])
                for name, transform in group.items()
            ],
            rate=1.0,
        )
        for group in groups
        if level
    ]


def check_table(table: Table) -> Table:
    """Returns `table` if it has magnitudes of transforms for all levels."""
    for name, levels in table.items():
        check_name(name, "transform", TRANSFORMS)
        if len(levels) != len(EVEN) or not all(
            len(each) and 0 <= min(each) <= max(each) <= 1 for each in levels
        ):
            raise ValueError(
                f"Received: magnitudes[{name!r}]={levels!r}. Expected "
                f"{len(EVEN)} sequences of numbers from 0 to 1, one a level."
            )
    return table


def _card(
    transform: Transform, magnitudes: Sequence[float]
) -> tuple[str, Strength]:
    operation, strength = transform
    table = np.asarray(magnitudes, "float32")

    def drawn(level: Tensor, sign: Tensor) -> Tensor:
        index = ops.cast(ops.floor(level * len(table)), "int32")
        size = ops.take(ops.convert_to_tensor(table), index)
        return strength(size, sign)

    return operation, drawn

"""How strong each operation of RandAugment is at a level, in three variants.

Each entry takes `level`, and `sign`, -1 or 1, to the strength that the
operation of that name takes: a factor for "brightness", "color", "contrast" and
"sharpness" (1 changes nothing), bits for "posterize", a threshold from 0 to 256
for "solarize", degrees for "rotate", a slope for "shear_x" and "shear_y", a
fraction of the side for "translate_x" and "translate_y".
"""

from collections.abc import Callable
from typing import Any

from keras import ops

from keras_ssl.augmentation.deck import Strength
from keras_ssl.utils.typing import Tensor


def _fixed(value: float) -> Strength:
    return lambda level, sign: ops.ones_like(level) * value


def _enhancers(factor: Strength) -> dict[str, Strength]:
    names = ("brightness", "color", "contrast", "sharpness")
    return dict.fromkeys(names, factor)


# The same distance above and below the image, nothing at level 0.
SYMMETRIC: dict[str, Strength] = {
    "identity": _fixed(0.0),
    "autocontrast": lambda level, sign: ops.cast(level > 0, "float32"),
    "equalize": lambda level, sign: ops.cast(level > 0, "float32"),
    **_enhancers(lambda level, sign: 1 + 0.9 * sign * level),
    "posterize": lambda level, sign: ops.round(8 - 4 * level),
    "solarize": lambda level, sign: 256 * (1 - level),
    "rotate": lambda level, sign: 30 * sign * level,
    "shear_x": lambda level, sign: 0.3 * sign * level,
    "shear_y": lambda level, sign: 0.3 * sign * level,
    "translate_x": lambda level, sign: 0.3 * sign * level,
    "translate_y": lambda level, sign: 0.3 * sign * level,
}


def _tenths(strength: Callable[[Tensor, Tensor], Any]) -> Strength:
    """Passes on one of the levels 1 to 9, as whole numbers."""
    return lambda level, sign: strength(1 + ops.floor(9 * level), sign)


# Levels from 1 to 9 of 10, rounded as the authors of FixMatch round.
FIXMATCH: dict[str, Strength] = {
    "identity": _fixed(0.0),
    "autocontrast": _fixed(1.0),
    "equalize": _fixed(1.0),
    **_enhancers(_tenths(lambda level, sign: 0.1 + 0.18 * level)),
    "posterize": _tenths(lambda level, sign: 4 - ops.floor(0.4 * level)),
    "solarize": _tenths(lambda level, sign: 256 - ops.floor(25.6 * level)),
    "rotate": _tenths(lambda level, sign: 3 * sign * level),
    "shear_x": _tenths(lambda level, sign: 0.03 * sign * level),
    "shear_y": _tenths(lambda level, sign: 0.03 * sign * level),
    "translate_x": _tenths(lambda level, sign: sign * level / 32),
    "translate_y": _tenths(lambda level, sign: sign * level / 32),
}

# TorchSSL's list, of which most later comparisons of methods are made: the
# enhancers only weaken.
TORCHSSL: dict[str, Strength] = {
    "identity": _fixed(0.0),
    "autocontrast": _fixed(1.0),
    "equalize": _fixed(1.0),
    **_enhancers(lambda level, sign: 0.05 + 0.9 * level),
    "posterize": lambda level, sign: 4 + ops.floor(4 * level),
    "solarize": lambda level, sign: 256 * level,
    "rotate": lambda level, sign: 30 * sign * level,
    "shear_x": lambda level, sign: 0.3 * sign * level,
    "shear_y": lambda level, sign: 0.3 * sign * level,
    "translate_x": lambda level, sign: 0.3 * sign * level,
    "translate_y": lambda level, sign: 0.3 * sign * level,
}

VARIANTS = {"symmetric": SYMMETRIC, "fixmatch": FIXMATCH, "torchssl": TORCHSSL}

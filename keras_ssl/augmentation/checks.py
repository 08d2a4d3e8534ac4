"""Checks of the arguments that augmentations share."""

from typing import Any

import numpy as np

from keras_ssl.utils.checks import check_number
from keras_ssl.utils.typing import ValueRange


def check_range(value: ValueRange) -> ValueRange:
    """Returns `value` as two floats, the lower one first."""
    bounds = np.ravel(value)
    if (
        len(bounds) == 2
        and bounds.dtype.kind in "iuf"
        and bounds[0] < bounds[1]
    ):
        return float(bounds[0]), float(bounds[1])
    raise ValueError(
        f"Received: value_range={value!r}. Expected (low, high) with "
        "low < high. Pass the range of your pixels, for example (0, 255)."
    )


def check_fraction(name: str, value: float) -> float:
    """Returns `value` if it is in `[0, 1]`."""
    return check_number(
        *(name, value, 0, 1),
        advice="It is a fraction of the image's side. Divide pixels by the "
        f"side: 4 of 32 is {name}=0.125.",
    )


def check_share(name: str, value: float) -> float:
    """Returns `value` if it is in `[0, 1]`."""
    return check_number(
        *(name, value, 0, 1),
        advice="0 is never or nothing, 1 is always or all.",
    )


def check_count(name: str, value: int) -> int:
    """Returns `value` if it is a whole number of at least 1."""
    return check_number(
        *(name, value, 1),
        integer=True,
        advice="The range of the pixels is the keyword value_range.",
    )


def check_interpolation(value: str) -> str:
    """Returns `value` if `affine.warp` knows it."""
    if value in ("nearest", "bilinear"):
        return value
    raise ValueError(
        f"Received: interpolation={value!r}. Expected 'nearest' or 'bilinear'."
    )


def check_interval(
    name: str, pair: Any, low: float, high: float
) -> tuple[float, float]:
    """Returns `pair` as two floats if `low <= first <= second <= high`."""
    numbers = np.ravel(pair)
    if numbers.dtype.kind in "iuf" and len(numbers) == 2:
        first, second = (float(number) for number in numbers)
        if low <= first <= second <= high:
            return first, second
    raise ValueError(
        f"Received: {name}={pair!r}. Expected (smallest, largest), both from "
        f"{low} to {high}. For one fixed number, pass it twice."
    )


def check_strength(name: str, value: float, most: float) -> float:
    """Returns `value` if it is in `[0, most]`: how far to go to either side."""
    return check_number(
        name, value, 0, most, advice=f"Pass {name}=0 to leave it out."
    )


def check_fill(fill: Any) -> Any:
    """Returns `fill` if each of its numbers is in `[0, 1]`."""
    if all(0 <= number <= 1 for number in np.ravel(fill)):
        return fill
    raise ValueError(
        f"Received: fill={fill!r}. Expected fractions of the value range, from "
        "0 (black) to 1 (white). Divide by it: 51 of 0..255 is fill=0.2."
    )


def check_positive(name: str, value: float) -> float:
    """Returns `value` if it is finite and greater than 0."""
    return check_number(
        *(name, value),
        above=0,
        advice="To turn the augmentation off, pass rate=0.",
    )


def derive_seed(seed: int | None, number: int) -> int | None:
    """A seed far from `seed` and from those of other numbers.

    Equal seeds would make the parts' draws copies of each other, and on PyTorch
    neighbouring ones make them overlap.

    Args:
        seed: Integer of at least 0, or `None`, of which `None` is derived.
        number: Which part it is for.

    Example:

    >>> len({derive_seed(0, number) for number in range(100)})
    100
    """
    if seed is None:
        return None
    state = np.random.SeedSequence((seed, number)).generate_state(1)
    return int(state[0]) >> 1

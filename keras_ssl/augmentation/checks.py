"""Checks of the arguments that augmentations share."""

from keras_ssl.typing import ValueRange


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


def check_share(name: str, value: float) -> float:
    """Returns `value` if it is in `[0, 1]`."""
    if 0 <= value <= 1:
        return value
    raise ValueError(
        f"Received: {name}={value!r}. Expected a number from 0 to 1: 0 is never "
        "or nothing, 1 is always or all."
    )


def check_interpolation(value: str) -> str:
    """Returns `value` if `affine.warp` knows it."""
    if value in ("nearest", "bilinear"):
        return value
    raise ValueError(
        f"Received: interpolation={value!r}. Expected 'nearest' or 'bilinear'."
    )

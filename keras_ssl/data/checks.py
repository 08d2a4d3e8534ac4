"""What can be told about images before training starts."""

import math
from typing import Any
from typing import Literal

import keras

from keras_ssl.data.pixels import Pixels
from keras_ssl.data.pixels import name_rows
from keras_ssl.data.pixels import scan
from keras_ssl.utils.typing import Array
from keras_ssl.utils.typing import ValueRange

UNIT: ValueRange = (0, 1)
SIGNED: ValueRange = (-1, 1)
BYTES: ValueRange = (0, 255)
TOLERANCE = 0.01  # of the width of a range, for what resizing overshoots

# From the range that images have to the one that they should have.
SCALING = {
    (BYTES, UNIT): "`x / 255`",
    (BYTES, SIGNED): "`x / 127.5 - 1`",
    (UNIT, BYTES): "`x * 255`",
    (UNIT, SIGNED): "`x * 2 - 1`",
    (SIGNED, BYTES): "`(x + 1) * 127.5`",
    (SIGNED, UNIT): "`(x + 1) / 2`",
}


def check_images(
    labeled: Array,
    unlabeled: Array | None = None,
    *,
    value_range: ValueRange | Literal["auto"] = "auto",
) -> ValueRange:
    """Checks that images can be trained on, and tells their pixel range.

    Arrays are read whole, in chunks; those mapped from a file are not loaded.

    Args:
        labeled: Images of shape (n, height, width, channels).
        unlabeled: Images of the same height, width, channels and range.
        value_range: `(low, high)` of the pixels, or "auto": (0, 255) for uint8
            and for what reaches beyond 128, (-1, 1) if there are negative
            values, (0, 1) else.

    Returns:
        `(low, high)`.

    Raises:
        ValueError: The two differ in size, type or range; there are NaN or
            infinite pixels, or pixels outside of `value_range`; or the range
            cannot be told.

    Example:
    >>> check_images(np.linspace(-1, 1, 48).reshape(1, 4, 4, 3))
    (-1, 1)
    """
    given = {"labeled": labeled}
    if unlabeled is not None:
        given["unlabeled"] = unlabeled
    for role, images in given.items():
        _check_rank(images, role)
    check_alike(labeled, given.get("unlabeled", labeled))
    sides = {role: scan(images) for role, images in given.items()}
    for role, pixels in sides.items():
        _check_finite(pixels, role)
    if value_range != "auto":
        _check_scale(sides, value_range)
        return _check_given(sides, value_range)
    guesses = map(_guess, sides.values())
    found = {guess for guess in guesses if guess is not None}
    if not found:
        raise ValueError(_unknown(sides))
    value_range = found.pop()
    if found or any(_is_outside(x, value_range) for x in sides.values()):
        raise ValueError(_unlike(sides))
    return value_range


def check_side(images: Array, role: str, value_range: ValueRange) -> None:
    """Checks the images of one side, once the range is known.

    Args:
        images: Of shape (n, height, width, channels).
        role: "labeled" or "unlabeled", for the message.
        value_range: `(low, high)` of the pixels.

    Raises:
        ValueError: They are no images, or have pixels that are no numbers or
            outside of the range.
    """
    _check_rank(images, role)
    pixels = scan(images)
    _check_finite(pixels, role)
    _check_given({role: pixels}, value_range)


def check_alike(labeled: Any, unlabeled: Any) -> None:
    """Raises unless one network can take both.

    Args:
        labeled: An array or tensor, or what stands for one: its last three
            dimensions and whether it holds integers are looked at.
        unlabeled: Unlabeled images, or their shape and type.

    Raises:
        ValueError: They differ in height, width or channels, or one holds
            integers and the other floats.
    """
    shapes = [tuple(each.shape)[-3:] for each in (labeled, unlabeled)]
    pairs = list(zip(*shapes, strict=False))
    same = all(None in pair or pair[0] == pair[1] for pair in pairs)
    if len(set(map(len, shapes))) > 1 or not same:
        raise ValueError(
            "Labeled and unlabeled images differ in size. Received: labeled "
            f"images of shape {shapes[0]}, unlabeled images of shape "
            f"{shapes[1]}. Expected the same (height, width, channels). "
            "Resize one side with `keras.ops.image.resize`, or convert colors "
            "with `keras.ops.image.rgb_to_grayscale`."
        )
    to_name = keras.backend.standardize_dtype
    types = [to_name(each.dtype) for each in (labeled, unlabeled)]
    if types[0] != types[1] and sum("int" in each for each in types) == 1:
        raise ValueError(
            "Labeled and unlabeled images differ in type. Received: labeled "
            f"images of {types[0]}, unlabeled images of {types[1]}. Expected "
            "integers on both sides or floats on both, as they usually differ "
            'in range too. Convert one side, for example `x.astype("float32") '
            "/ 255`."
        )


def _check_rank(images: Array, role: str) -> None:
    if len(images.shape) != 4:
        raise ValueError(
            f"The {role} data are not images. Received: an array of shape "
            f"{tuple(images.shape)}, as for a model without image input. "
            "Expected (n, height, width, channels). Add a channel axis to gray "
            "images with `x[..., None]`."
        )


def _check_finite(pixels: Pixels, role: str) -> None:
    broken = pixels.broken
    if len(broken):
        raise ValueError(
            f"Some {role} pixels are no numbers. Received: NaN or infinite "
            f"pixels in {len(broken)} of {len(pixels.images)} images "
            f"({name_rows(broken)}). Expected finite values. Look for a "
            "division by zero in the preprocessing, or drop these images."
        )


def _check_scale(sides: dict[str, Pixels], value_range: ValueRange) -> None:
    """Refuses images from 0 to 1 where bytes were announced."""
    low = min(pixels.low for pixels in sides.values())
    high = max(pixels.high for pixels in sides.values())
    types = (pixels.images.dtype for pixels in sides.values())
    are_floats = all("float" in str(each) for each in types)
    if (
        tuple(value_range) == BYTES
        and are_floats
        and low >= 0
        and 0 < high <= 1
    ):
        raise ValueError(
            f"All pixels are far below the value range. Received: pixels from "
            f"{low:.4g} to {high:.4g}, and value_range={value_range}. Expected "
            "pixels that use the range: augmentation would see them as black. "
            'Pass `value_range=(0, 1)`, or leave it at "auto".'
        )


def _check_given(
    sides: dict[str, Pixels], value_range: ValueRange
) -> ValueRange:
    for role, pixels in sides.items():
        if _is_outside(pixels, value_range):
            raise ValueError(
                f"Some {role} pixels are outside of the value range. Received: "
                f"{_measured(sides, role)}, and value_range={value_range}"
                f"{_outliers(pixels, value_range)}. Expected pixels within "
                "that range. Correct `value_range` or the scaling of the "
                "images; `numpy.clip` cuts what overshoots."
            )
    low, high = value_range
    return low, high


def _with_slack(value_range: ValueRange) -> ValueRange:
    low, high = value_range
    slack = TOLERANCE * (high - low)
    return low - slack, high + slack


def _is_outside(pixels: Pixels, value_range: ValueRange) -> bool:
    low, high = _with_slack(value_range)
    return pixels.low < low or pixels.high > high


def _guess(pixels: Pixels) -> ValueRange | None:
    if pixels.images.dtype == "uint8":
        return BYTES
    if pixels.high <= 1 + TOLERANCE:
        fitting = (r for r in (UNIT, SIGNED) if not _is_outside(pixels, r))
        return next(fitting, None)
    is_bytes = pixels.high > 128 and not _is_outside(pixels, BYTES)
    return BYTES if is_bytes else None


def _unlike(sides: dict[str, Pixels]) -> str:
    target, source = (_guess(pixels) for pixels in sides.values())
    fix = "use the same code for both"
    if source is not None and target is not None:
        fix = SCALING[source, target]
    usual = target or source
    few = [usual and _outliers(each, usual) or "" for each in sides.values()]
    return (
        "Labeled and unlabeled images differ in range. Received: "
        f"{_measured(sides, 'labeled')}, {_name(target)}{few[0]}; "
        f"{_measured(sides, 'unlabeled')}, {_name(source)}{few[1]}. Expected "
        "one range for both. Scale the unlabeled images like the labeled ones "
        f"({fix}); if they are, pass `value_range=(low, high)`."
    )


def _unknown(sides: dict[str, Pixels]) -> str:
    usual = SIGNED if min(x.low for x in sides.values()) < 0 else UNIT
    measured = ", ".join(
        _measured(sides, role) + _outliers(pixels, usual)
        for role, pixels in sides.items()
    )
    low = math.floor(min(pixels.low for pixels in sides.values()))
    high = math.ceil(max(pixels.high for pixels in sides.values()))
    return (
        f"The pixel range is not a usual one. Received: {measured}. Expected "
        "uint8, or values in [0, 1], [-1, 1] or [0, 255]. Pass the lowest and "
        "highest value that a pixel can take, for example "
        f"`value_range=({low}, {high})`; or scale the images."
    )


def _measured(sides: dict[str, Pixels], role: str) -> str:
    low, high = sides[role].low, sides[role].high
    return f"{role} pixels from {low:.4g} to {high:.4g}"


def _outliers(pixels: Pixels, value_range: ValueRange) -> str:
    """Names the images outside of a range, if the others are inside."""
    rows, count = pixels.outside(_with_slack(value_range)), len(pixels.images)
    if not 0 < len(rows) <= count / 2:
        return ""
    low, high = value_range
    return (
        f" (outside of [{low}, {high}] in {len(rows)} of {count} images: "
        f"{name_rows(rows)})"
    )


def _name(value_range: ValueRange | None) -> str:
    if value_range is None:
        return "which fits no usual range"
    return f"which looks like [{value_range[0]}, {value_range[1]}]"

"""Whether images fit the model and one another; what does not is an error."""

from typing import Literal

import keras
import numpy as np

from keras_ssl.data.checks import check_alike
from keras_ssl.data.checks import check_images
from keras_ssl.inspection.facts import SplitFacts
from keras_ssl.inspection.splits import speaking_of
from keras_ssl.utils.typing import Array
from keras_ssl.utils.typing import ValueRange

Shape = tuple[int | None, ...]


def check_shape(facts: SplitFacts, role: str, expected: Shape | None) -> None:
    """Raises unless the model takes images of this shape.

    Args:
        facts: Of the images.
        role: Which data they are.
        expected: What the model takes; None for anything.

    Raises:
        ValueError: It does not.
    """
    for size in (facts.smallest, facts.largest):
        shape = (*size, facts.shape[-1])
        if expected is None or _fits(shape, expected):
            continue
        raise ValueError(
            f"The {role} images do not fit the model. Received: images of "
            f"shape {shape}, and a model that takes {_text(expected)}. "
            f"Expected the same (height, width, channels). "
            f"{_fix(shape, expected)}"
        )


def check_range(
    splits: dict[str, SplitFacts], value_range: ValueRange | Literal["auto"]
) -> ValueRange:
    """Checks that all parts have one type and range, and tells the range.

    Args:
        splits: The facts by role, with "labeled" among them.
        value_range: `(low, high)` of the pixels, or "auto".

    Returns:
        `(low, high)`.

    Raises:
        ValueError: Types or ranges differ, or the range is not a usual one.
    """
    for role in splits:
        with speaking_of(role, instead_of="unlabeled"):
            check_alike(_tensor(splits["labeled"]), _tensor(splits[role]))
    pixels = {role: _stand_in(facts) for role, facts in splits.items()}
    known = [role for role in splits if _is_usual(pixels[role], value_range)]
    first = known[0] if known else "labeled"
    found = check_images(pixels[first], value_range=value_range)
    for role in (role for role in splits if role != first):
        pair = sorted((first, role), key=list(splits).index)
        with (
            speaking_of(pair[0], instead_of="labeled"),
            speaking_of(pair[1], instead_of="unlabeled"),
        ):
            found = check_images(
                *(pixels[each] for each in pair), value_range=value_range
            )
    return found


def check_forms(splits: dict[str, SplitFacts]) -> None:
    """Raises unless the labels of all parts have one form.

    Args:
        splits: The facts by role, with "labeled" among them.

    Raises:
        ValueError: Some are integers and some are rows, or only some images
            have several classes.
    """
    ours = splits["labeled"].labels
    for role in (role for role in splits if role in ("validation", "test")):
        theirs = splits[role].labels
        several = theirs == "multi-hot" and ours != "multi-hot"
        if several or (ours == "integer") != (theirs == "integer"):
            raise ValueError(
                f"The {role} labels have another form than the labeled ones. "
                f"Received: {ours} labels of the labeled images, {theirs} "
                f"labels of the {role} images. Expected one form. Encode both "
                "alike, for example with `keras.utils.to_categorical(y, "
                "num_classes)`."
            )


def _is_usual(pixels: Array, value_range: ValueRange | Literal["auto"]) -> bool:
    try:
        check_images(pixels, value_range=value_range)
    except ValueError:
        return False
    return True


def _fits(shape: Shape, expected: Shape) -> bool:
    if len(shape) != len(expected):
        return False
    pairs = zip(shape, expected, strict=True)
    return all(wanted in (None, size) for size, wanted in pairs)


def _fix(shape: Shape, expected: Shape) -> str:
    if len(expected) != 3:
        return "Take a model whose input is an image."
    if expected[-1] == 3 and shape[-1] == 1:
        fix = "Repeat the gray channel with `np.repeat(x, 3, axis=-1)`"
    elif expected[-1] == 1 and shape[-1] == 3:
        fix = "Convert with `keras.ops.image.rgb_to_grayscale`"
    else:
        fix = f"Resize with `keras.ops.image.resize(x, {_text(expected[:2])})`"
    return f"{fix}, or build the model with `keras.Input({_text(shape)})`."


def _text(shape: Shape) -> str:
    return str(tuple(shape))


def _stand_in(facts: SplitFacts) -> Array:
    """Two pixels with the extremes of all, as the images were not kept."""
    pixels = np.array([facts.low, facts.high], facts.dtype)
    return pixels.reshape(1, 1, 2, 1)


def _tensor(facts: SplitFacts) -> keras.KerasTensor:
    return keras.KerasTensor(facts.shape, facts.dtype)

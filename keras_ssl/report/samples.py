"""A few images with what the model says they are."""

import base64
import struct
import zlib
from collections.abc import Sequence
from typing import Any
from typing import NamedTuple

import numpy as np

from keras_ssl.plots.images import displayable
from keras_ssl.report.classification import read_predictions
from keras_ssl.utils.typing import Array


class Sample(NamedTuple):
    """One image and its prediction.

    Args:
        image: Its pixels, as a `data:` address of a PNG.
        label: Name of the true class.
        prediction: Name of the predicted class.
        confidence: Probability of the predicted class, from 0 to 1.
    """

    image: str
    label: str
    prediction: str
    confidence: float


def make_samples(
    images: Array,
    probabilities: Array,
    labels: Array,
    *,
    class_names: Sequence[Any] | None = None,
    count: int = 12,
) -> list[Sample]:
    """Chooses images for a report: the surest mistakes, then the first others.

    Half of the samples are mistakes at the most.

    Args:
        images: (n, height, width, 1 or 3), in any range.
        probabilities: Of shape (n, classes), or (n,) or (n, 1) for the second
            of two classes.
        labels: Integers of shape (n,) or (n, 1), or one-hot (n, classes).
        class_names: Name of each class; its index by default.
        count: Number of samples.

    Raises:
        ValueError: These are no probabilities, or not as many as labels.

    Example:
    >>> samples = make_samples(
    ...     np.zeros((2, 8, 8, 1)), [[0.9, 0.1], [0.8, 0.2]], [0, 1]
    ... )
    >>> [(each.label, each.prediction) for each in samples]
    [('1', '0'), ('0', '0')]
    """
    p, y = read_predictions(probabilities, labels)
    names = range(p.shape[1]) if class_names is None else class_names
    guesses, confidence = p.argmax(axis=1), p.max(axis=1)
    wrong = np.flatnonzero(guesses != y)
    wrong = wrong[np.argsort(-confidence[wrong], kind="stable")]
    right = np.flatnonzero(guesses == y)
    half = max(count // 2, count - len(right))
    chosen = np.concatenate([wrong[:half], right])[:count]
    shown = displayable(np.asarray(images)[chosen])
    pixels = np.rint(255 * np.clip(shown, 0, 1)).astype("uint8")
    return [
        Sample(
            png_address(image),
            str(names[y[index]]),
            str(names[guesses[index]]),
            float(confidence[index]),
        )
        for index, image in zip(chosen, pixels, strict=True)
    ]


def png_address(image: Array) -> str:
    """Encodes one image losslessly as a `data:` address.

    Args:
        image: uint8 of shape (height, width), (height, width, 1) for grey, or
            (height, width, 3) for red, green and blue.

    Returns:
        What goes into the `src` of an HTML image.

    Example:
    >>> png_address(np.zeros((8, 8, 3), "uint8"))[:22]
    'data:image/png;base64,'

    Reference:
        [PNG specification](https://www.w3.org/TR/png-3/), section 11.
    """
    pixels = np.ascontiguousarray(image, "uint8")
    height, width = pixels.shape[:2]
    color = pixels.ndim == 3 and pixels.shape[2] == 3
    rows = pixels.reshape(height, -1)
    unfiltered = np.pad(rows, ((0, 0), (1, 0)))  # each row begins with a 0
    header = struct.pack(">2I5B", width, height, 8, 2 if color else 0, 0, 0, 0)
    content = b"".join(
        (
            b"\x89PNG\r\n\x1a\n",
            _chunk(b"IHDR", header),
            _chunk(b"IDAT", zlib.compress(unfiltered.tobytes(), 9)),
            _chunk(b"IEND", b""),
        )
    )
    return "data:image/png;base64," + base64.b64encode(content).decode()


def _chunk(name: bytes, content: bytes) -> bytes:
    checksum = zlib.crc32(name + content)
    return (
        struct.pack(">I", len(content))
        + name
        + content
        + struct.pack(">I", checksum)
    )

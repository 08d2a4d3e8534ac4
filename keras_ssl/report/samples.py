"""A few images with what the model says they are."""

import base64
import io
import warnings
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

    At most half of the samples are mistakes, unless too few images are right.
    Without Pillow, which comes with Matplotlib, there are no samples, and a
    warning says so.

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
    chosen = _choose(guesses == y, confidence, count)
    shown = displayable(np.asarray(images)[chosen])
    pixels = np.rint(255 * np.clip(shown, 0, 1)).astype("uint8")
    try:
        addresses = [png_address(image) for image in pixels]
    except ImportError as error:
        warnings.warn(f"The report shows no images: {error}", stacklevel=2)
        return []
    return [
        Sample(
            address,
            str(names[y[index]]),
            str(names[guesses[index]]),
            float(confidence[index]),
        )
        for index, address in zip(chosen, addresses, strict=True)
    ]


def _choose(right: Array, confidence: Array, count: int) -> Array:
    """Indices of the surest mistakes, then of the first that are right."""
    fine, wrong = np.flatnonzero(right), np.flatnonzero(~right)
    wrong = wrong[np.argsort(-confidence[wrong], kind="stable")]
    half = max(count // 2, count - len(fine))
    return np.concatenate([wrong[:half], fine])[:count]


def png_address(image: Array) -> str:
    """Encodes one image losslessly as a `data:` address.

    Args:
        image: uint8 of shape (height, width) for grey, or (height, width, 3)
            for red, green and blue.

    Returns:
        What goes into the `src` of an HTML image.

    Raises:
        ImportError: Pillow is not installed.

    Example:
    >>> png_address(np.zeros((8, 8, 3), "uint8"))[:22]
    'data:image/png;base64,'
    """
    try:
        from PIL import Image
    except ImportError as error:
        raise ImportError(
            f"Received: {error}. Images expect Pillow to be installed. "
            'Install it with `pip install "keras_ssl[report]"`.'
        ) from error
    file = io.BytesIO()
    Image.fromarray(image).save(file, "PNG")
    return "data:image/png;base64," + base64.b64encode(file.getvalue()).decode()

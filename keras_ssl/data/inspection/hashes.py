"""Perceptual hashes: alike for images that look alike."""

from collections.abc import Iterator
from typing import Any

import numpy as np

from keras_ssl.typing import Array

BITS = 6  # of 64, in which hashes of near duplicates may differ
PAIRS = 2**21  # of hashes that are compared at a time
MOST = 1_000  # pairs that are kept for an image, on average


def hash_images(thumbnails: Array) -> Array:
    """Computes perceptual hashes, as 64-bit integers of shape (n,).

    Args:
        thumbnails: uint8, of shape (n, height, width).

    Raises:
        ImportError: The library for them is not installed.
    """
    imagehash, images = import_libraries()
    bits = [
        imagehash.phash(images.fromarray(thumbnail)).hash.ravel()
        for thumbnail in thumbnails
    ]
    return np.packbits(bits, axis=1).view("uint64").ravel()


def import_libraries() -> tuple[Any, Any]:
    """Returns the modules `imagehash` and `PIL.Image`.

    Raises:
        ImportError: They are not installed, or NumPy is too old.
    """
    try:
        import imagehash
        from PIL import Image

        np.bitwise_count  # noqa: B018 - NumPy 2 has it
    except (ImportError, AttributeError):
        raise ImportError(
            "Near duplicates need imagehash and NumPy 2, which are not "
            'installed. Install them with `pip install "keras_ssl[inspect]"`, '
            "or pass `near_duplicates=False` to look for exact copies only."
        ) from None
    return imagehash, Image


def close_pairs(hashes: Array) -> Iterator[tuple[Array, Array]]:
    """Yields pairs of images whose hashes differ in few bits.

    Args:
        hashes: 64-bit integers of shape (n,).

    Yields:
        Indices of the first and the second image of some pairs.

    Example:
    >>> [(i.tolist(), j.tolist()) for i, j in close_pairs(
    ...     np.array([0, 2**40 - 1, 3], "uint64")
    ... )]
    [([0], [2])]
    """
    rows = max(PAIRS // max(len(hashes), 1), 1)
    for begin in range(0, len(hashes), rows):
        right = hashes[None, begin:]
        bits = np.bitwise_count(hashes[begin : begin + rows, None] ^ right)
        close = np.flatnonzero(bits <= BITS)
        first, second = np.divmod(close, right.size)
        close, first, second = (
            each[second > first] for each in (close, first, second)
        )
        if len(close) > MOST * rows:
            nearest = np.argsort(bits.ravel()[close], kind="stable")
            first, second = (x[nearest[: MOST * rows]] for x in (first, second))
        if len(first):
            yield begin + first, begin + second

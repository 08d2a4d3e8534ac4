"""Images that are there twice, in one part of the data or across two."""

import itertools
from collections.abc import Iterator
from typing import Any

import numpy as np

from keras_ssl.inspection.centering import chunks
from keras_ssl.inspection.centering import move_to_middle
from keras_ssl.inspection.facts import Overlap
from keras_ssl.inspection.scan import Look
from keras_ssl.utils.typing import Array


def find_overlaps(looks: list[Look], *, near: bool) -> tuple[Overlap, ...]:
    """Compares all images with one another.

    Args:
        looks: What was seen of each part of the data.
        near: Whether to look for near duplicates too.

    Returns:
        One overlap for each part with itself and for each two of them.
    """
    groups = _group(looks)
    starts = np.cumsum([0, *map(len, groups)])
    similar = np.full((starts[-1], len(looks)), -1)
    if near:
        similar = _find_near(looks, np.concatenate(groups))
    overlaps = []
    numbers = range(len(looks))
    for a, b in itertools.combinations_with_replacement(numbers, 2):
        exact = _earlier(groups[a]) if a == b else _match(groups[a], groups[b])
        close = similar[starts[b] : starts[b + 1], a]
        close = np.where(exact < 0, close, -1)
        close = np.where(close < 0, -1, close - starts[a])
        overlaps.append(_to_overlap(looks[a], looks[b], exact, close))
    return tuple(overlaps)


def _group(looks: list[Look]) -> list[Array]:
    """Numbers the images of each part; equal images have one number."""
    digests = [look.fingerprints.digests for look in looks]
    _, numbers = np.unique(np.concatenate(digests), return_inverse=True)
    return np.split(numbers, np.cumsum([len(each) for each in digests])[:-1])


def _find_near(looks: list[Look], groups: Array) -> Array:
    """Looks at each image once, and at none that shows nothing."""
    size = looks[0].fingerprints.size
    thumbnails = np.concatenate(
        [look.fingerprints.resized(size) for look in looks]
    )
    part = np.repeat(np.arange(len(looks)), [len(x.index) for x in looks])
    similar = np.full((len(part), len(looks)), -1)
    _, once = np.unique(groups, return_index=True)
    once = np.sort(once)
    once = once[thumbnails[once].any(axis=(1, 2))]
    if len(once):
        found = find_near(thumbnails[once], part[once], len(looks))
        similar[once] = np.where(found < 0, -1, once[found])
    return similar


def _earlier(groups: Array) -> Array:
    """For each image the first equal one before it, -1 if there is none."""
    _, first, which = np.unique(groups, return_index=True, return_inverse=True)
    found = first[which]
    return np.where(found < np.arange(len(groups)), found, -1)


def _match(groups: Array, others: Array) -> Array:
    """For each of `others` the first equal image, -1 if there is none."""
    values, first = np.unique(groups, return_index=True)
    place = np.minimum(np.searchsorted(values, others), len(values) - 1)
    return np.where(values[place] == others, first[place], -1)


def _to_overlap(a: Look, b: Look, exact: Array, near: Array) -> Overlap:
    conflicts = 0
    if a.classes is not None and b.classes is not None:
        same = exact >= 0
        conflicts = int((a.classes[exact[same]] != b.classes[same]).sum())
    return Overlap(
        first=a.role,
        second=b.role,
        exact=_pairs(a, b, exact),
        near=_pairs(a, b, near),
        conflicts=conflicts,
    )


def _pairs(a: Look, b: Look, found: Array) -> tuple[tuple[int, int], ...]:
    second = np.flatnonzero(found >= 0)
    first = a.index[found[second]].tolist()
    return tuple(zip(first, b.index[second].tolist(), strict=True))


CORRELATION = 0.995  # between the pixels of near duplicates


def find_near(thumbnails: Array, part: Array, num_parts: int) -> Array:
    """Finds for each image the most similar one before it, part by part.

    Images are compared as they are, which finds copies of another brightness,
    contrast or compression, and with what they show moved to the middle, which
    finds shifted ones. Time grows with the square of the number of images.

    Args:
        thumbnails: uint8, of shape (n, height, width).
        part: Which part of the data each image belongs to, of shape (n,), in
            ascending order.
        num_parts: How many parts there are.

    Returns:
        Indices of shape (n, num_parts); -1 where nothing is similar.

    Raises:
        ImportError: The library for perceptual hashes is not installed.
    """
    best = np.full((len(thumbnails), num_parts), -1)
    similarity = np.full(best.shape, CORRELATION, "float32")
    for view in (thumbnails, move_to_middle(thumbnails)):
        compare = Comparison(view)
        for first, second in close_pairs(hash_images(view)):
            found = compare(first, second)
            better = np.argsort(found)  # the best comes last, and stays
            better = better[
                found[better] >= similarity[second[better], part[first[better]]]
            ]
            place = second[better], part[first[better]]
            best[place], similarity[place] = first[better], found[better]
    return best


class Comparison:
    """Correlation between the pixels of pairs of images.

    Args:
        thumbnails: uint8, of shape (n, height, width). A narrow margin is left
            out, as a shift brings other pixels there.
    """

    def __init__(self, thumbnails: Array) -> None:
        top, left = (side // 14 for side in thumbnails.shape[1:])
        height, width = thumbnails.shape[1:]
        inside = thumbnails[:, top : height - top, left : width - left]
        self._pixels = inside.reshape(len(inside), -1)

    def __call__(self, first: Array, second: Array) -> Array:
        """Returns the correlation of each pair, of shape (n,)."""
        return np.concatenate(
            [
                np.einsum(
                    "nd,nd->n", self._unit(first[at]), self._unit(second[at])
                )
                for at in chunks(len(first))
            ]
        )

    def _unit(self, index: Array) -> Array:
        pixels = self._pixels[index].astype("float32")
        pixels -= pixels.mean(axis=1, keepdims=True)
        length = np.linalg.norm(pixels, axis=1, keepdims=True)
        return pixels / np.maximum(length, 1e-6)


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

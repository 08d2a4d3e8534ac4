"""Images that are there twice, in one part of the data or across two."""

import itertools

import numpy as np

from keras_ssl.data.inspection.facts import Overlap
from keras_ssl.data.inspection.look import Look
from keras_ssl.data.inspection.near import find_near
from keras_ssl.typing import Array


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

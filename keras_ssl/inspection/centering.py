"""Moves what images show to their middle, so that shifted copies agree."""

from collections.abc import Iterator

import numpy as np

from keras_ssl.utils.typing import Array

AT_A_TIME = 2**13  # images


def move_to_middle(thumbnails: Array) -> Array:
    """Rolls images so that what differs from their border is in the middle.

    Args:
        thumbnails: uint8, of shape (n, height, width).

    Returns:
        As many of the same shape.
    """
    moved = np.empty_like(thumbnails)
    for at in chunks(len(thumbnails)):
        moved[at] = _move(thumbnails[at])
    return moved


def _move(images: Array) -> Array:
    edges = [images[:, [0, -1]], images[:, :, [0, -1]].swapaxes(1, 2)]
    border = np.median(
        np.concatenate([each.reshape(len(images), -1) for each in edges], 1),
        axis=1,
    ).astype("float32")
    weight = np.square(images.astype("float32") - border[:, None, None])
    rows = _shifted(weight.sum(axis=2))
    columns = _shifted(weight.sum(axis=1))
    which = np.arange(len(images))[:, None, None]
    return images[which, rows[:, :, None], columns[:, None, :]]


def _shifted(weight: Array) -> Array:
    """Which row moves to each place if the center goes to the middle."""
    size = weight.shape[1]
    total = np.maximum(weight.sum(axis=1), 1e-6)
    center = (weight * np.arange(size)).sum(axis=1) / total
    shift = np.rint((size - 1) / 2 - center).astype(int)
    return (np.arange(size) - shift[:, None]) % size


def chunks(count: int) -> Iterator[slice]:
    """Cuts a number of rows into slices that memory has room for."""
    for begin in range(0, count, AT_A_TIME):
        yield slice(begin, begin + AT_A_TIME)

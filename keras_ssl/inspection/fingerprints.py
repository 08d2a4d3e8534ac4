"""Tells images apart by a digest and a small gray copy."""

import hashlib

import keras
import numpy as np

from keras_ssl.utils.typing import Array

SIDE = 32  # of a thumbnail at most, so that it takes 1 KiB


class Fingerprints:
    """Digests of images, and thumbnails if they are asked for.

    Args:
        thumbnails: Whether to make them.

    Example:
    >>> fingerprints = Fingerprints(thumbnails=True)
    >>> fingerprints.update(np.random.rand(2, 64, 64, 3))
    >>> fingerprints.digests.shape, fingerprints.size
    ((2,), (32, 32))
    """

    def __init__(self, thumbnails: bool) -> None:
        self._makes_thumbnails = thumbnails
        self._digests: list[bytes] = []
        self._thumbnails: list[Array] = []

    def update(self, images: Array) -> None:
        """Adds images (n, height, width, channels)."""
        self._digests += map(digest, images)
        if self._makes_thumbnails:
            self._thumbnails.append(to_thumbnails(images))

    @property
    def digests(self) -> Array:
        """An array (n,) of 16 bytes each: equal ones for equal images."""
        return np.array(self._digests, "V16")

    @property
    def size(self) -> tuple[int, ...]:
        """Height and width of the first thumbnail."""
        return self._thumbnails[0].shape[1:]

    def resized(self, size: tuple[int, ...]) -> Array:
        """All thumbnails, uint8 of shape (n, height, width).

        Args:
            size: The height and width that they are brought to.
        """
        return np.concatenate([fit(each, size) for each in self._thumbnails])


def digest(image: Array) -> bytes:
    """16 bytes that only equal images share, of whatever number type."""
    pixels = np.ascontiguousarray(image, "float32")
    shape = str(pixels.shape).encode()
    return hashlib.blake2b(pixels.tobytes() + shape, digest_size=16).digest()


def to_thumbnails(images: Array) -> Array:
    """Makes images gray, stretches each one's range, and makes them small.

    Args:
        images: Of shape (n, height, width, channels).

    Returns:
        A uint8 array (n, height, width), neither side above 32 pixels.
    """
    gray = images[..., :3].mean(axis=-1, dtype="float32")
    height, width = (min(side, SIDE) for side in gray.shape[1:])
    gray = fit(gray, (height, width))
    low = gray.min((1, 2), keepdims=True)
    span = np.maximum(gray.max((1, 2), keepdims=True) - low, 1e-12)
    return np.rint((gray - low) / span * 255).astype("uint8")


def fit(images: Array, size: tuple[int, ...]) -> Array:
    """Resizes images (n, height, width), smoothly, if they have another size.

    Args:
        images: Gray images.
        size: The height and width that are wanted.

    Returns:
        Images of this size and of the same number type.
    """
    if images.shape[1:] == tuple(size):
        return images
    resized = keras.ops.image.resize(
        images[..., None].astype("float32"),
        size,
        antialias=True,
        data_format="channels_last",
    )
    resized = keras.ops.convert_to_numpy(resized)[..., 0]
    whole = images.dtype.kind in "iu"
    return (np.rint(resized) if whole else resized).astype(images.dtype)

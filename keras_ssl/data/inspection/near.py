"""Images that are nearly the same: equal hashes first, then equal pixels.

A perceptual hash alone is not enough: among the 70,000 images of Fashion-MNIST,
whose shapes are so alike, it names almost two million pairs. The comparison of
pixels leaves about a hundred, nearly all of them the same photograph, or the
same product in another shade.
"""

import numpy as np

from keras_ssl.data.inspection.hashes import close_pairs
from keras_ssl.data.inspection.hashes import hash_images
from keras_ssl.data.inspection.middle import chunks
from keras_ssl.data.inspection.middle import move_to_middle
from keras_ssl.typing import Array

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

"""Draws that XLA can compile, made from uniform ones."""

from typing import Any

import keras
import numpy as np
from keras import ops

from keras_ssl.utils.devices import replica
from keras_ssl.utils.typing import Tensor

CELLS = 4096  # of equal probability, so that the CDF is right to 1 / 4096


FAR = 0x9E3779B1  # odd, so that no two replicas have one seed


class SeedGenerator(keras.random.SeedGenerator):
    """Keras' generator, whose draws differ on each `tf.distribute` replica.

    Args:
        seed: Integer, or `None` for a random one.
        **kwargs: Others of `keras.random.SeedGenerator`.

    Example:

    >>> SeedGenerator(7).next().shape
    TensorShape([2])
    """

    def next(self, ordered: bool = True) -> Tensor:
        """The seed of the next draw, `(2,)`."""
        seed = super().next(ordered)
        place = replica()
        if isinstance(place, int) and not place:
            return seed
        far = ops.convert_to_tensor([FAR, 0], seed.dtype)
        return seed + ops.cast(place, seed.dtype) * far


def permutation(uniform: Any) -> Tensor:
    """A random order of the numbers from 0 to `n - 1`.

    Args:
        uniform: `(n,)`, uniform draws.

    Returns:
        `(n,)`, int32.

    Example:

    >>> [int(place) for place in permutation([0.7, 0.1, 0.4])]
    [1, 2, 0]
    """
    return ops.cast(ops.argsort(uniform), "int32")


class Beta:
    """Beta(alpha, alpha) as the table of its quantiles.

    `keras.random.beta` cannot be compiled by XLA on TensorFlow; looking numbers
    up can.

    Args:
        alpha: Shape, greater than 0. Below 1 most draws are near 0 or 1, with 1
            they are uniform, above most are near 1/2.

    Example:

    >>> Beta(1.0).quantile(ops.convert_to_tensor([0.25, 0.5])).numpy().round(3)
    array([0.25, 0.5 ], dtype=float32)
    """

    def __init__(self, alpha: float) -> None:
        self.table = _quantiles(alpha).astype("float32")

    def quantile(self, probability: Tensor) -> Tensor:
        """The numbers below which a draw lies with these probabilities.

        Args:
            probability: In `[0, 1)`, float32, any shape. Uniform draws become
                draws from the distribution.
        """
        place = probability * CELLS
        cell = ops.floor(place)
        index = ops.cast(cell, "int32")
        low, high = (ops.take(self.table, index + side) for side in range(2))
        return low + (place - cell) * (high - low)


def _quantiles(alpha: float) -> np.ndarray:
    # Over the log-odds the density is smooth, (x (1 - x)) ** alpha, and falls
    # exponentially, also where that over x has poles.
    reach = 16 / alpha + 8 / alpha**0.5
    log_odds = np.linspace(-reach, reach, 1 << 14)
    log_product = -np.logaddexp(0, -log_odds) - np.logaddexp(0, log_odds)
    density = np.exp(alpha * (log_product - log_product.max()))
    below = np.cumsum(density) - density / 2
    probability = np.linspace(0, 1, CELLS + 1)
    quantiles = np.interp(probability, below / density.sum(), log_odds)
    return np.exp(-np.logaddexp(0, -quantiles))

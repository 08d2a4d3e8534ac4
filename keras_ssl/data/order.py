"""The order in which arrays are read."""

import functools

import numpy as np

from keras_ssl.utils.typing import Array


class Order:
    """An endless stream of indices: one order of all images after another.

    Args:
        size: How many images there are.
        batch_size: How many indices make a batch.
        shuffle: Whether each pass has an order of its own.
        seed: Of the orders.

    Example:
    >>> Order(3, 2, shuffle=False, seed=0)(1).tolist()
    [2, 0]
    """

    def __init__(
        self, size: int, batch_size: int, *, shuffle: bool, seed: int
    ) -> None:
        self.size = size
        self.batch_size = batch_size
        self.shuffle = shuffle
        self.seed = seed
        self._one_pass = functools.lru_cache(maxsize=2)(self._draw_pass)

    def __call__(self, step: int) -> Array:
        """Returns the indices of a step."""
        begin = step * self.batch_size
        positions = np.arange(begin, begin + self.batch_size)
        number, place = np.divmod(positions, self.size)
        passes = range(number[0], number[-1] + 1)
        return np.concatenate(
            [self._one_pass(each)[place[number == each]] for each in passes]
        )

    def _draw_pass(self, number: int) -> Array:
        if not self.shuffle:
            return np.arange(self.size)
        random = np.random.default_rng((self.seed, number))
        return random.permutation(self.size)

"""`derive_seed`: seeds for the parts of an augmentation."""

import numpy as np


def derive_seed(seed: int | None, number: int) -> int | None:
    """A seed far from `seed` and from those of other numbers.

    Equal seeds would make the parts' draws copies of each other, and on PyTorch
    neighbouring ones make them overlap.

    Args:
        seed: Integer of at least 0, or `None`, of which `None` is derived.
        number: Which part it is for.

    Example:

    >>> len({derive_seed(0, number) for number in range(100)})
    100
    """
    if seed is None:
        return None
    state = np.random.SeedSequence((seed, number)).generate_state(1)
    return int(state[0]) >> 1

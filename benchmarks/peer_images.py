"""The batches of `benchmarks.peers`, for every framework."""

import numpy as np

BATCH_SIZE, RATIO = 32, 3


def images():
    """Labeled images and labels, and unlabeled images: random pixels."""
    random = np.random.default_rng(0)
    x = random.integers(0, 256, (640, 32, 32, 3), "uint8")
    y = random.integers(0, 10, 640)
    return x, y, random.integers(0, 256, (3200, 32, 32, 3), "uint8")

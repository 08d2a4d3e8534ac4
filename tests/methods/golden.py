"""The inputs of the golden vectors: closed forms, i and j counted from 1.

The expected values were produced by running the reference modules of
USB (semilearn) in float64 on these inputs.
"""

import numpy as np

CLASSES = np.arange(1, 5)
LABELED = np.arange(1, 5)[:, None]
UNLABELED = np.arange(1, 7)[:, None]
LABELS = np.arange(4)


def labeled():
    return 2 * np.sin(0.5 * LABELED * (CLASSES + 1))


def weak(k=0):
    i, j = UNLABELED, CLASSES
    return 4 * np.sin(1.3 * i + 0.7 * j * (i + 1) + 0.4 * k)


def strong(k=0):
    i, j = UNLABELED, CLASSES
    return 3 * np.cos(0.9 * i + 1.1 * j * i + 0.2 * k)

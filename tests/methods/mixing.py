"""What the tests of methods that blend images share."""

import numpy as np
from keras import ops


def close(tensor, expected):
    np.testing.assert_allclose(
        ops.convert_to_numpy(tensor), expected, rtol=1e-5, atol=1e-6
    )


def log_softmax(row):
    """Of one row, in float64."""
    row = np.asarray(row, "float64")
    return row - np.log(np.sum(np.exp(row)))


def by_row(rows, partner, share):
    """The definition of a blend, row by row."""
    return np.array(
        [
            s * row + (1 - s) * rows[p]
            for row, p, s in zip(rows, partner, share, strict=True)
        ]
    )


def draws(random, count):
    """Partners and shares as a mixer draws them."""
    share = random.uniform(0.5, 1, count).astype("float32")
    return random.permutation(count), share


def given(random, labeled, unlabeled, targets, views=(), classes=4):
    """Images of the views, logits of the targets, and one-hot labels."""
    sizes = {"labeled": labeled}
    sizes |= dict.fromkeys([*targets, *views], unlabeled)
    images = {
        name: random.normal(size=(size, 4, 4, 1)).astype("float32")
        for name, size in sizes.items()
    }
    logits = {
        name: random.normal(0, 2, (unlabeled, classes)).astype("float32")
        for name in targets
    }
    labels = np.eye(classes, dtype="float32")
    return images, logits, labels[random.integers(classes, size=labeled)]

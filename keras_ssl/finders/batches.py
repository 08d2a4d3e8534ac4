"""`read_batches`: what a search trains on, from data in any container."""

from typing import Any

import keras
import numpy as np

from keras_ssl import data
from keras_ssl.finders.gather import check_again
from keras_ssl.utils.checks import are_arrays
from keras_ssl.utils.checks import check_number
from keras_ssl.utils.typing import Array


def read_batches(
    model: keras.Model,
    labeled: Any,
    unlabeled: Any,
    *,
    steps: int,
    batch_size: int,
    **options: Any,
) -> Any:
    """Makes a dataset of training elements, which can be looked at.

    Args:
        model: A compiled model.
        labeled: `(x, y[, sample_weight])` as arrays, a dataset, or batches.
        unlabeled: `u` or `(u, y_u)`, as arrays or a dataset; or `None`.
        steps: How many batches will be read, at most.
        batch_size: Labeled images of a batch, of arrays.
        **options: Of `keras_ssl.data.pair`.

    Raises:
        TypeError: The data can be read only once, or there are unlabeled ones
            for a model that takes none.

    Example:

    >>> model = keras.Sequential([keras.Input((2,)), keras.layers.Dense(2)])
    >>> arrays = np.zeros((9, 2)), np.zeros(9)
    >>> batches = read_batches(model, arrays, None, steps=3, batch_size=4)
    >>> [len(x) for x, y in batches]
    [4, 4]
    """
    if unlabeled is None:
        if isinstance(labeled, tuple | list) and are_arrays(labeled):
            return _cut(labeled, batch_size, steps)
        if hasattr(labeled, "shape"):
            raise TypeError(
                "Received: images without labels. Expected both. Pass "
                "`(x, y)`, or a list of batches `[(x[:32], y[:32]), ...]`."
            )
        return labeled
    check_takes_unlabeled(model)
    check_again(labeled, "labeled")
    check_again(unlabeled, "unlabeled")
    paired = data.pair(
        labeled,
        unlabeled,
        batch_size=batch_size,
        steps=steps,
        index=model.plan.index,
        verbose=0,
        **options,
    )
    model.method.set_sizes(paired.sizes)
    return paired


def check_takes_unlabeled(model: keras.Model) -> None:
    """Raises a `TypeError` unless a model trains on unlabeled images."""
    if not hasattr(model, "plan"):
        raise TypeError(
            f"Received: unlabeled images, and a {type(model).__name__}. "
            "Expected a SemiSupervisedModel to train on them. Wrap the "
            "model, or leave the unlabeled images out."
        )


def _cut(arrays: Any, batch_size: int, most: int) -> list[tuple[Array, ...]]:
    """Full batches in a random order, the same each time."""
    check_number("batch_size", batch_size, 1, integer=True)
    parts = [np.asarray(part) for part in arrays if part is not None]
    order = np.random.default_rng(0).permutation(len(parts[0]))
    count = min(max(1, len(order) // batch_size), most)
    rows = [order[i * batch_size : (i + 1) * batch_size] for i in range(count)]
    return [tuple(part[chosen] for part in parts) for chosen in rows]

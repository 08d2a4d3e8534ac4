"""The form of a training element: the one place that knows it.

An element is `(inputs, y[, sample_weight])`. Its inputs are a dictionary:

- `"labeled"`: the labeled images, to which `y` belongs;
- `"unlabeled"`: the unlabeled images;
- `"hidden"`, where known: the unlabeled images' labels, for metrics alone;
- `"index"` and `"labeled_index"`, where asked for: which image each one is.
"""

from typing import Any

import keras

HALVES = ("labeled", "unlabeled")
PARTS = ("x", "y", "sample_weight")  # as arguments of `fit`
INDEX = {"labeled": "labeled_index", "unlabeled": "index"}


def unpack(batch: Any) -> tuple[Any, Any, Any]:
    """The parts of a batch: inputs, labels, sample weights.

    Args:
        batch: An element, a zipped batch `((x, y[, sample_weight]), u)` where
            `u` may be `(u, hidden)`, or a plain `(x, y[, sample_weight])`.

    Returns:
        `(inputs, y, sample_weight)`, where the inputs are a dictionary as in an
        element, or the images of a plain batch.

    Example:

    >>> inputs, y, _ = unpack((("x", "y"), "u"))
    >>> inputs, y
    ({'labeled': 'x', 'unlabeled': 'u'}, 'y')
    """
    x, y, sample_weight = keras.utils.unpack_x_y_sample_weight(batch)
    if isinstance(x, tuple | list) and y is None:
        x, y = x
    if not isinstance(x, tuple | list):
        return x, y, sample_weight
    unlabeled = tuple(y) if isinstance(y, tuple | list) else (y,)
    element = join(tuple(x), unlabeled)
    return keras.utils.unpack_x_y_sample_weight(element)


def pack(batch: Any) -> Any:
    """An element, from a batch of any form that `unpack` reads.

    Example:

    >>> pack((("x", "y"), "u"))
    ({'labeled': 'x', 'unlabeled': 'u'}, 'y')
    """
    return keras.utils.pack_x_y_sample_weight(*unpack(batch))


def join(
    labeled: tuple[Any, ...],
    unlabeled: tuple[Any, ...],
    index: tuple[str, ...] = (),
) -> Any:
    """Makes an element of a labeled and an unlabeled batch.

    Args:
        labeled: `(x, y[, sample_weight][, labeled_index])`.
        unlabeled: `(u[, hidden][, index])`.
        index: Which of "index" and "labeled_index" the batches end with.

    Returns:
        The element.

    Example:

    >>> join(("x", "y", [0, 1]), ("u",), index=("labeled_index",))
    ({'labeled': 'x', 'unlabeled': 'u', 'labeled_index': [0, 1]}, 'y')
    """
    inputs = {"labeled": labeled[0], "unlabeled": unlabeled[0]}
    if "index" in index:
        inputs["index"], unlabeled = unlabeled[-1], unlabeled[:-1]
    if "labeled_index" in index:
        inputs["labeled_index"], labeled = labeled[-1], labeled[:-1]
    if len(unlabeled) > 1:
        inputs["hidden"] = unlabeled[1]
    return (inputs, *labeled[1:])


def labeled_images(inputs: Any) -> Any:
    """The labeled images of an element's inputs, or of a plain batch."""
    return inputs["labeled"] if isinstance(inputs, dict) else inputs


def is_paired(inputs: Any) -> bool:
    """Whether inputs hold unlabeled images beside labeled ones."""
    return isinstance(inputs, dict)

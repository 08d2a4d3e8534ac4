"""`split`: a few labeled images, some for validation, the rest unlabeled."""

from typing import NamedTuple

import numpy as np

from keras_ssl.data.arrays import to_integers
from keras_ssl.utils.checks import check_number
from keras_ssl.utils.typing import Array


class Split(NamedTuple):
    """Indices of the three disjoint parts of a data set, in random order.

    Args:
        labeled: Images whose labels training may see.
        validation: Images with labels that only choices may see.
        unlabeled: Images whose labels nobody may see.

    Example:

    >>> labeled, validation, unlabeled = split(np.arange(30) % 3, 3)
    >>> len(labeled), len(validation), len(unlabeled)
    (3, 0, 27)
    """

    labeled: Array
    validation: Array
    unlabeled: Array


def split(
    y: Array,
    num_labeled: int,
    *,
    num_validation: int = 0,
    num_unlabeled: int | None = None,
    balanced: bool = True,
    seed: int = 0,
) -> Split:
    """Hides most labels of a labeled data set, as papers do to compare.

    Labeled and validation images are balanced: class counts differ by one at
    the most, however frequent the classes are; a class that has too few images
    gives all it can, and the others fill up. Unlabeled images keep the
    frequencies of what is left. With the same seed, validation stays the same
    for any `num_labeled` unless a class runs out of images. With
    `balanced=False` all parts have the frequencies of the data set; those of
    labels have each class, where it has images enough.

    Args:
        y: Labels of shape (n,), (n, 1) or, one-hot, (n, num_classes).
        num_labeled: Labeled images in all, one a class at least.
        num_validation: Validation images in all.
        num_unlabeled: Unlabeled images in all; None takes all that is left.
        balanced: Whether labeled and validation images have all classes alike,
            or as `y` has them.
        seed: Of the choice.

    Returns:
        The indices of each part.

    Raises:
        ValueError: More images are asked for than there are, fewer labels than
            classes, or a negative number.

    Example:
    >>> parts = split(np.arange(100) % 10, 20, num_validation=10)
    >>> np.bincount(np.arange(100)[parts.labeled] % 10).tolist()
    [2, 2, 2, 2, 2, 2, 2, 2, 2, 2]
    >>> len(parts.unlabeled)
    70
    """
    for name, value in (
        ("num_labeled", num_labeled),
        ("num_validation", num_validation),
        ("num_unlabeled", num_unlabeled),
    ):
        if value is not None:
            check_number(name, value, 0, integer=True)
    check_number("seed", seed, 0, integer=True)
    classes = np.unique(to_integers(y), return_inverse=True)[1]
    _check_sizes(
        {
            "num_labeled": num_labeled,
            "num_validation": num_validation,
            "num_unlabeled": num_unlabeled,
        },
        len(classes),
        classes.max(initial=-1) + 1,
    )
    random = np.random.default_rng(seed)
    order = random.permutation(len(classes))
    members = [order[classes[order] == each] for each in np.unique(classes)]
    turns = random.permutation(len(members))
    room = np.array([len(each) for each in members])
    if balanced:
        labeled = _balance(num_labeled, room, turns)
        validation = _balance(num_validation, room - labeled, turns)
    else:
        kept = _one_each(num_validation, room - 1)
        labeled = _proportion(num_labeled, room - kept)
        validation = _proportion(num_validation, room - labeled)
    left = room - labeled - validation
    unlabeled = left if num_unlabeled is None else _share(num_unlabeled, left)

    def part(begin: Array, count: Array) -> Array:
        slices = zip(members, begin, begin + count, strict=True)
        chosen = np.concatenate([each[a:b] for each, a, b in slices])
        return order[np.isin(order, chosen)]

    return Split(
        labeled=part(np.zeros_like(room), labeled),
        validation=part(room - validation, validation),
        unlabeled=part(labeled, unlabeled),
    )


def _check_sizes(
    received: dict[str, int | None], available: int, num_classes: int
) -> None:
    text = ", ".join(f"{name}={size}" for name, size in received.items())
    sizes = [size or 0 for size in received.values()]
    if sum(sizes) > available:
        raise ValueError(
            f"There are too few images. Received: {text}, which is "
            f"{sum(sizes)} in all, and labels of {available} images. Expected "
            f"{available} at the most. Lower one of them."
        )
    if sizes[0] < num_classes:
        raise ValueError(
            f"Some classes would have no label. Received: num_labeled="
            f"{sizes[0]}, and labels of {num_classes} classes. Expected one "
            f"label a class at least. Pass num_labeled={num_classes} or more."
        )


def _balance(total: int, room: Array, turns: Array) -> Array:
    """Shares out `total` evenly; what a class has no room for, others take."""
    counts = np.zeros_like(room)
    while total > 0:
        open_classes = [each for each in turns if counts[each] < room[each]]
        even = max(total // len(open_classes), 1)
        for each in open_classes[:total]:
            taken = min(even, room[each] - counts[each])
            counts[each] += taken
            total -= taken
    return counts


def _proportion(total: int, room: Array) -> Array:
    """Shares out `total` in proportion to `room`, one to each if it can."""
    first = _one_each(total, room)
    return first + _share(total - first.sum(), room - first)


def _one_each(total: int, room: Array) -> Array:
    """One to each class that has room, or none to all if `total` is less."""
    return np.minimum(room, int(total >= len(room)))


def _share(total: int, room: Array) -> Array:
    """Shares out `total` in proportion to `room`, by largest remainder."""
    exact = total * room / max(room.sum(), 1)
    counts = np.floor(exact).astype(int)
    largest = np.argsort(counts - exact, kind="stable")
    counts[largest[: total - counts.sum()]] += 1
    return counts

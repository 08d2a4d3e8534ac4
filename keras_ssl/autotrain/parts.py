"""The parts of the data, with validation images whether given or not."""

from collections.abc import Sequence
from typing import Any
from typing import NamedTuple

import keras
import numpy as np

from keras_ssl import data
from keras_ssl.data.arrays import as_numpy
from keras_ssl.data.arrays import to_integers
from keras_ssl.inspection import Inspection
from keras_ssl.model.fit_checks import check_class_weight
from keras_ssl.utils.checks import are_arrays
from keras_ssl.utils.devices import check_even
from keras_ssl.utils.fingerprint import checksum
from keras_ssl.utils.typing import Config

SHARE = 5  # one labeled image in five serves for validation, if none are given
GIVEN = "given"


class Parts(NamedTuple):
    """The parts of the data.

    Args:
        labeled: `(x, y)` for training, in any container that `fit` takes.
        unlabeled: `u` or `(u, y_u)`, in any such container.
        validation: `(x, y)`, in any such container.
        test: `(x, y)`, in any such container, or `None`.
        note: Where the validation images come from.
        class_weight: The weight of each class among labeled images, or `None`.
        class_names: The name of each class; empty if nobody knows them.
    """

    labeled: Any
    unlabeled: Any
    validation: Any
    test: Any
    note: str
    class_weight: dict[int, float] | None = None
    class_names: tuple[str, ...] = ()


def make_parts(
    labeled: Any,
    unlabeled: Any,
    validation: Any,
    test: Any,
    seed: int,
    *,
    devices: int = 1,
) -> Parts:
    """Cuts validation images from the labeled ones if none are given.

    Args:
        labeled: `(x, y)`.
        unlabeled: `u` or `(u, y_u)`.
        validation: `(x, y)`, or `None`: a fifth of the labeled images, at least
            one of a class that has two.
        test: `(x, y)` or `None`.
        seed: Of the choice.
        devices: How many share a batch; of validation images that are cut,
            each gets as many.

    Raises:
        ValueError: There are no unlabeled images; there are too few labeled
            images to cut from, or they are no arrays; or devices cannot share
            the validation images.

    Example:

    >>> x, y = np.zeros((50, 8, 8, 1)), np.arange(50) % 10
    >>> parts = make_parts((x, y), x, None, None, seed=0)
    >>> len(parts.labeled[0]), len(parts.validation[0])
    (40, 10)
    """
    if unlabeled is None:
        raise ValueError(
            "Received: unlabeled=None. Expected unlabeled images, as `train` "
            "compares a model trained with them to one without. Pass some, or "
            'train with `fit` and `model.phase = "supervised"`.'
        )
    if validation is not None:
        if are_arrays(validation) and keras.backend.backend() == "jax":
            check_even(len(validation[0]), "validation", devices)
        return Parts(labeled, unlabeled, validation, test, GIVEN)
    if not are_arrays(labeled):
        raise ValueError(
            "Received: labeled data that are no arrays, without validation "
            "data. Expected some to watch the training with. Pass "
            "`validation=`, in any form that `fit` takes."
        )
    arrays = [as_numpy(each) for each in labeled]
    num_classes = len(np.unique(to_integers(arrays[1])))
    count = max(len(arrays[1]) // SHARE, num_classes)
    count += -count % devices
    kept = len(arrays[1]) - count
    if kept < num_classes:
        raise ValueError(
            f"Received: {len(arrays[1])} labeled images of {num_classes} "
            "classes, without validation data. Expected two of each class, one "
            "of which to watch the training with. Pass `validation=`, or label "
            "some more."
        )
    chosen = data.split(
        arrays[1], kept, num_validation=count, balanced=False, seed=seed
    )
    note = f"{count} of the {len(arrays[1])} labeled images"
    training, held_out = (
        tuple(each[rows] for each in arrays)
        for rows in (chosen.labeled, chosen.validation)
    )
    return Parts(training, unlabeled, held_out, test, note)


def identify(images: Any) -> str | None:
    """Names arrays by length and checksum; `None` if data are no arrays.

    Example:

    >>> identify(np.zeros((2, 8)))
    '2 images, c2a8fa9d'
    """
    if images is None or not are_arrays(images):
        return None
    arrays = images if isinstance(images, tuple | list) else [images]
    return f"{len(arrays[0]):,} images, {checksum(*arrays):08x}"


def weigh(weights: dict[int, float] | None) -> Config:
    """The argument `class_weight`, where it is given.

    Example:

    >>> weigh({0: 2.0}), weigh(None)
    ({'class_weight': {0: 2.0}}, {})
    """
    return {} if weights is None else {"class_weight": weights}


def with_classes(
    parts: Parts,
    names: Sequence[str] | None,
    weights: dict[int, float] | None,
    found: Inspection,
) -> Parts:
    """The parts with the names and the weights of the classes.

    Args:
        parts: The parts.
        names: What the user gave; `None` takes those that the data have.
        weights: What the user gave.
        found: What was found in the parts.

    Raises:
        TypeError: Weights are no dictionary.
        ValueError: Names are not as many texts as there are classes, or weights
            are no numbers by class.
    """
    if weights is not None:
        check_class_weight(weights, found.model.num_classes)
    parts = parts._replace(class_weight=weights)
    if names is None:
        return parts._replace(class_names=tuple(found.class_names))
    _check_names(names, found.model.num_classes)
    return parts._replace(class_names=tuple(names))


def _check_names(names: Any, count: int) -> None:
    texts = isinstance(names, Sequence) and not isinstance(names, str)
    if not texts or not all(isinstance(each, str) for each in names):
        raise ValueError(
            f"Received: class_names={names!r}. Expected a list of texts, one a "
            'class. Pass for example `class_names=["cat", "dog"]`.'
        )
    if len(names) != count:
        raise ValueError(
            f"Received: {len(names)} class_names. Expected {count}, as the "
            f"model has {count} outputs. Name each class, in the order of the "
            "labels."
        )

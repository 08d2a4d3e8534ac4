"""`Task`: what one run of a study trains on."""

from typing import Any
from typing import NamedTuple

import keras

from keras_ssl import data
from keras_ssl.utils.typing import Array


class Task(NamedTuple):
    """The training data of one run of a study, without test images.

    Args:
        labeled: Images and labels.
        unlabeled: All other images, and their hidden labels, which `fit` only
            compares with the pseudo-labels.
        validation: Images and labels, cut from the labeled ones; or `None`.
        seed: Of this run: of the split, of the weights and of the order.
        epochs: Into how many parts a run is divided, for its curve.
        callbacks: To pass on to `fit`.

    Example:

    >>> task = make_task((np.zeros((90, 8)), np.arange(90) % 3), 12, seed=1)
    >>> task.seed, task.validation is None
    (1, True)
    """

    labeled: tuple[Array, Array]
    unlabeled: tuple[Array, Array]
    validation: tuple[Array, Array] | None
    seed: int
    epochs: int = 1
    callbacks: tuple[keras.callbacks.Callback, ...] = ()


def make_task(
    images: tuple[Array, Array],
    labels: int,
    *,
    seed: int,
    validation: int = 0,
    **others: Any,
) -> Task:
    """Cuts the training images of a data set into the parts of a run.

    Args:
        images: Training images and labels.
        labels: Labeled images in all, those for validation included.
        seed: Of the run; it decides which images have labels.
        validation: How many of the labeled images serve for validation.
        **others: Of `Task`.

    Example:

    >>> task = make_task((np.zeros((90, 8)), np.arange(90) % 3), 12, seed=1)
    >>> len(task.labeled[0]), len(task.unlabeled[0])
    (12, 78)
    """
    x, y = images
    parts = data.split(
        y, labels - validation, num_validation=validation, seed=seed
    )
    labeled, unlabeled, held = (
        (x[rows], y[rows])
        for rows in (parts.labeled, parts.unlabeled, parts.validation)
    )
    return Task(
        labeled, unlabeled, held if validation else None, seed, **others
    )

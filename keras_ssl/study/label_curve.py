"""`label_curve`: a comparison for several numbers of labels."""

import pathlib
from collections.abc import Callable
from collections.abc import Mapping
from collections.abc import Sequence
from typing import Any

import keras
import numpy as np

from keras_ssl.data import split
from keras_ssl.study.compare import compare
from keras_ssl.study.curve import LabelCurve
from keras_ssl.study.requests import list_seeds
from keras_ssl.study.run import Images
from keras_ssl.utils.checks import check_number


def label_curve(
    rows: Mapping[str, Any],
    network: Callable[[], keras.Model],
    train: Images,
    test: Images,
    *,
    labels: int | Sequence[int] = (40, 100, 250, 1000),
    validation: int = 0,
    folder: str | pathlib.Path | None = None,
    **kwargs: Any,
) -> LabelCurve:
    """Compares rows with several numbers of labels.

    Args:
        rows: Ways to train, by name, as `compare` takes them.
        network: Builds a new network, a classifier of images.
        train: Training images and all their labels, of which a run sees few.
        test: Test images and labels.
        labels: Numbers of labels, or one.
        validation: How many of the labeled images are kept from training.
        folder: Gets a folder for each number of labels.
        **kwargs: Other arguments of `compare`, such as `control`.

    Returns:
        The `LabelCurve`; print it, `plot()` it, or `save("folder")` it.

    Raises:
        ValueError: There are fewer images than labels; nothing is trained then.

    Example:

    >>> (x, y), test = keras_ssl.data.load_digits()
    >>> def network():
    ...     layers = [keras.layers.Flatten(), keras.layers.Dense(10)]
    ...     return keras.Sequential([keras.Input((8, 8, 1)), *layers])
    >>> recipe = keras_ssl.recipes.fixmatch(
    ...     steps=5, batch_size=8, strong="cutout"
    ... )
    >>> rows = {"control": recipe.control(), "FixMatch": recipe}
    >>> curve = label_curve(
    ...     rows, network, (x, y), test, labels=[20, 50], seeds=1, verbose=0
    ... )
    >>> list(curve.comparisons)
    [20, 50]
    """
    counts = sorted(
        check_number("labels", each, 1, integer=True)
        for each in np.atleast_1d(labels)
    )
    if "seeds" in kwargs:  # an iterator would be used up by the first
        kwargs["seeds"] = list_seeds(kwargs["seeds"])
    for count in counts:
        split(train[1], count - validation, num_validation=validation)
    return LabelCurve(
        {
            count: compare(
                rows,
                network,
                train,
                test,
                labels=count,
                validation=validation,
                folder=folder and pathlib.Path(folder, f"{count}"),
                **kwargs,
            )
            for count in counts
        }
    )

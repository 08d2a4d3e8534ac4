"""`pair`: any labeled and any unlabeled data become one dataset for `fit`."""

from collections.abc import Collection
from typing import Any

import keras
import numpy as np

from keras_ssl.data import pydataset
from keras_ssl.data.elements import ClassWeight
from keras_ssl.data.sides import INDEX
from keras_ssl.data.sides import Line
from keras_ssl.data.sides import Options
from keras_ssl.data.sides import Side
from keras_ssl.data.sides import check_index
from keras_ssl.data.sides import read_side
from keras_ssl.data.streams import summary


def pair(  # noqa: PLR0913 - the arguments of `fit`, under the names of `fit`
    labeled: Any,
    unlabeled: Any,
    *,
    batch_size: int = 32,
    unlabeled_ratio: int = 3,
    include_labeled: bool = True,
    shuffle: bool = True,
    seed: int | None = None,
    steps: int | None = None,
    class_weight: ClassWeight | None = None,
    index: bool | Collection[str] = False,
    verbose: int = 1,
) -> Any:
    """Pairs labeled with unlabeled data, each of any size and container.

    An epoch is one pass over the unlabeled images; meanwhile the labeled ones
    repeat. Both halves are endless streams: an epoch goes on where the last one
    ended, so that no image is left out for ever, and batches made from arrays
    are always full.

    Args:
        labeled: `(x, y)` or `(x, y, sample_weight)` as arrays; or a
            `tf.data.Dataset` (of batches or of single images), a
            `keras.utils.PyDataset` or an endless generator of them.
        unlabeled: Images `u` of shape (n, height, width, channels), or `(u,
            y_u)` with hidden labels, which feed the metric
            `pseudo_label_accuracy` and never training; in the same containers.
        batch_size: Labeled images a step. Data that come in batches keep
            theirs.
        unlabeled_ratio: Unlabeled images for each labeled one in a step.
        include_labeled: Whether the labeled images also serve as unlabeled
            ones; needs arrays or `tf.data` of known size on both sides.
        shuffle: Whether arrays and datasets of single images are shuffled, and
            the order of a PyDataset's batches. Batches of a `tf.data.Dataset`
            keep their order, except where labeled images are mixed in.
        seed: Of the order. None draws one from NumPy, which
            `keras.utils.set_random_seed` governs.
        steps: Steps of an epoch, in place of one pass over the unlabeled
            images. Data without an end need it.
        class_weight: From class to the weight of its labeled images; classes
            that are not named weigh 1.
        index: Whether elements also hold "index", which unlabeled image each
            one is, and "labeled_index" for the labeled ones: their rows in the
            arrays, int32, the same in every epoch. Labeled images that serve as
            unlabeled ones follow after these. A half with an index must be
            arrays; for one half alone, name it: `["index"]`.
        verbose: 0 is silent; 1 prints one line that says what an epoch is.

    Returns:
        A dataset of elements `({"labeled": x, "unlabeled": u}, y)`, with
        "hidden" beside them for hidden labels and a third part for weights: a
        `tf.data.Dataset` on TensorFlow or if one half is one, else a
        `keras.utils.PyDataset`. It knows its number of steps; and, as `sizes`,
        how many images the halves that have an index hold: `{"unlabeled": 320,
        "labeled": 20}`. Also `num_labeled`, `None` where nobody knows.

    Raises:
        TypeError: The data have a form that cannot be read.
        ValueError: A half is empty, without an end while `steps` is None, does
            not fit the other, or has no arrays though it needs an index; or a
            number is not positive.

    Example:
    >>> x, y = np.zeros((20, 8, 8, 1)), np.zeros(20)
    >>> u = np.ones((300, 8, 8, 1))
    >>> dataset = pair((x, y), u, batch_size=4, unlabeled_ratio=8, verbose=0)
    >>> len(dataset)
    10
    """
    options = Options(
        batch_size=_positive(batch_size, "batch_size"),
        unlabeled_batch_size=batch_size
        * _positive(unlabeled_ratio, "unlabeled_ratio"),
        include_labeled=include_labeled,
        shuffle=shuffle,
        seed=np.random.randint(2**31 - 1) if seed is None else seed,
        steps=None if steps is None else _positive(steps, "steps"),
        class_weight=class_weight,
        line=Line(verbose),
        index=_names(index),
    )
    left = read_side(labeled, "labeled", class_weight)
    right = read_side(unlabeled, "unlabeled", None)
    asked = [side for side in (left, right) if options.has_index(side.role)]
    for side in asked:
        check_index(side)
    build = _builder(left, right)
    dataset, left_stream, right_stream = build(left, right, options)
    sizes = {"labeled": left_stream.size, "unlabeled": right_stream.size}
    dataset.sizes = {side.role: sizes[side.role] for side in asked}
    dataset.num_labeled = left_stream.size
    element = dataset.first_element
    options.line.write(
        summary(len(dataset), left_stream, right_stream, element)
    )
    return dataset


def _builder(labeled: Side, unlabeled: Side) -> Any:
    tensorflow = keras.backend.backend() == "tensorflow"
    if not tensorflow and "tf.data" not in (labeled.kind, unlabeled.kind):
        return pydataset.build
    from keras_ssl.data import tfdata  # imports TensorFlow

    return tfdata.build


def _names(index: bool | Collection[str]) -> tuple[str, ...]:
    names = tuple(INDEX.values())
    if isinstance(index, bool):
        return names if index else ()
    if not isinstance(index, str) and set(index) <= set(names):
        return tuple(index)
    raise ValueError(
        f"`index` cannot be used. Received: index={index!r}. Expected a bool, "
        f"or some of the names {list(names)}. Pass `index=True` for both."
    )


def _positive(number: int, name: str) -> int:
    if isinstance(number, (int, np.integer)) and number > 0:
        return int(number)
    raise ValueError(
        f"`{name}` cannot be used. Received: {name}={number!r}. Expected a "
        f"positive integer. Leave `{name}` out for the default."
    )

"""`pair`: any labeled and any unlabeled data become one dataset for `fit`."""

from collections.abc import Callable
from collections.abc import Collection
from typing import Any

import numpy as np

from keras_ssl.data.arrays import ClassWeight
from keras_ssl.data.arrays import to_float32
from keras_ssl.data.arrays import to_integers
from keras_ssl.data.checks import check_alike
from keras_ssl.data.element import INDEX
from keras_ssl.data.epochs import INCLUDED
from keras_ssl.data.epochs import NOT_INCLUDED
from keras_ssl.data.epochs import NOT_INDEXED
from keras_ssl.data.epochs import Stream
from keras_ssl.data.epochs import count_steps
from keras_ssl.data.generators import count_batches
from keras_ssl.data.generators import read_batches
from keras_ssl.data.halves import Half
from keras_ssl.data.halves import Line
from keras_ssl.data.halves import Options
from keras_ssl.data.halves import check_index
from keras_ssl.data.halves import read_half
from keras_ssl.data.reader import ArraySource
from keras_ssl.data.reader import IteratorSource
from keras_ssl.data.reader import PairedDataset
from keras_ssl.data.reader import ShuffledIndices
from keras_ssl.data.reader import first
from keras_ssl.utils.checks import check_number
from keras_ssl.utils.typing import Array
from keras_ssl.utils.typing import Batch


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
) -> PairedDataset:
    """Pairs labeled with unlabeled data, each of any size and container.

    An epoch is one pass over the unlabeled images; meanwhile the labeled ones
    repeat. Both halves are endless streams: an epoch goes on where the last one
    ended, so that no image is left out for ever, and batches made from arrays
    are always full.

    Args:
        labeled: `(x, y)` or `(x, y, sample_weight)` as arrays; or a
            `tf.data.Dataset` (of batches or of single images), a
            `keras.utils.PyDataset`, a `torch.utils.data.DataLoader` or an
            endless generator of them.
        unlabeled: Images `u` of shape (n, height, width, channels), or `(u,
            y_u)` with hidden labels, -1 where unknown, which feed the metric
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
        verbose: 0 is silent; 1 prints one line that says what an epoch is; 2
            only says that images are counted, where that is needed.

    Returns:
        A `keras.utils.PyDataset` of elements `({"labeled": x, "unlabeled": u},
        y)`, with "hidden" beside them for hidden labels and a third part for
        weights. Its length is the number of steps. Its `sizes` say how many
        images the halves that have an index hold, `{"unlabeled": 320,
        "labeled": 20}`, and its `num_labeled` how many labeled images there
        are, `None` where nobody knows.

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
        batch_size=check_number("batch_size", batch_size, 1, integer=True),
        unlabeled_batch_size=batch_size
        * check_number("unlabeled_ratio", unlabeled_ratio, 1, integer=True),
        include_labeled=include_labeled,
        shuffle=shuffle,
        seed=np.random.randint(2**31 - 1) if seed is None else seed,
        steps=None
        if steps is None
        else check_number("steps", steps, 1, integer=True),
        class_weight=class_weight,
        line=Line(verbose),
        index=_names(index),
    )
    left = read_half(labeled, "labeled", class_weight)
    right = read_half(unlabeled, "unlabeled", None)
    for half in (left, right):
        if options.has_index(half.role):
            check_index(half)
    labeled_stream = _stream(left, options.batch_size, options)
    unlabeled_stream = _pool(left, right, options)
    paired = PairedDataset(
        labeled_stream,
        unlabeled_stream,
        count_steps(unlabeled_stream, options.steps),
        options.index,
        {h.role: h.data for h in (left, right) if h.kind == "arrays"},
    )
    options.line.write(paired.describe())
    return paired


def _pool(labeled: Half, unlabeled: Half, options: Options) -> Stream:
    """The unlabeled stream, with the labeled images where asked."""
    size = options.unlabeled_batch_size
    if not options.include_labeled:
        return _stream(unlabeled, size, options)
    kinds = {labeled.kind, unlabeled.kind}
    if kinds == {"arrays"}:
        return _pool_arrays(labeled.data, unlabeled.data, options)
    if options.has_index("unlabeled"):
        return _stream(unlabeled, size, options, NOT_INDEXED)
    if kinds <= {"arrays", "tf.data"}:
        from keras_ssl.data import from_tensorflow  # imports TensorFlow

        return from_tensorflow.pool(labeled, unlabeled, options)
    return _stream(unlabeled, size, options, NOT_INCLUDED)


def _stream(
    half: Half, batch_size: int, options: Options, note: str = ""
) -> Stream:
    if half.kind == "arrays":
        arrays = half.data
        return _gather(
            lambda index: tuple(to_float32(each[index]) for each in arrays),
            ShuffledIndices(
                len(arrays[0]),
                batch_size,
                shuffle=options.shuffle,
                seed=options.seed_of(half.role),
            ),
            index=options.has_index(half.role),
            note=note,
        )
    if half.kind == "tf.data":
        from keras_ssl.data import from_tensorflow  # imports TensorFlow

        return from_tensorflow.stream(half, batch_size, options, note)
    source = IteratorSource(read_batches(half, options))
    batch = first(Stream(source))
    shapes = tuple((None, *part.shape[1:]) for part in batch)
    return Stream(source, count_batches(half.data), shapes=shapes, note=note)


def _gather(
    rows: Callable[[Array], Batch],
    indices: ShuffledIndices,
    *,
    index: bool,
    note: str,
) -> Stream:
    source = ArraySource(rows, indices, index=index)
    return Stream(
        source,
        indices.size / indices.batch_size,
        indices.size,
        tuple(part.shape for part in source(0)),
        note,
    )


def _pool_arrays(labeled: Batch, unlabeled: Batch, options: Options) -> Stream:
    """Draws from both arrays, the unlabeled first, without a copy of either."""
    check_alike(labeled[0], unlabeled[0])
    extra = (labeled[0], to_integers(labeled[1]))[: len(unlabeled)]
    size = len(unlabeled[0])

    def rows(index: Array) -> Batch:
        added = index >= size
        parts = tuple(each[np.where(added, 0, index)] for each in unlabeled)
        for part, others in zip(parts, extra, strict=True):
            part[added] = others[index[added] - size]
        return tuple(map(to_float32, parts))

    indices = ShuffledIndices(
        size + len(extra[0]),
        options.unlabeled_batch_size,
        shuffle=options.shuffle,
        seed=options.seed_of("unlabeled"),
    )
    index = options.has_index("unlabeled")
    return _gather(rows, indices, index=index, note=INCLUDED)


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

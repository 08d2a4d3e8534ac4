"""The two halves of the training data, as users pass them, made uniform."""

import dataclasses
import sys
from typing import Any
from typing import Literal

import keras

from keras_ssl.data.arrays import EXPECTED
from keras_ssl.data.arrays import ClassWeight
from keras_ssl.data.arrays import describe
from keras_ssl.data.arrays import standardize
from keras_ssl.data.element import INDEX
from keras_ssl.utils.console import say
from keras_ssl.utils.typing import Array

Kind = Literal["arrays", "tf.data", "PyDataset", "DataLoader", "generator"]


@dataclasses.dataclass(frozen=True)
class Half:
    """One half of the training data, and which container holds it.

    Args:
        role: "labeled" or "unlabeled".
        kind: The container that the user passed.
        data: A tuple of NumPy arrays if `kind` is "arrays", else the container
            itself.
    """

    role: str
    kind: Kind
    data: Any


EARLY = 2


class Line:
    """Prints one line, in parts if some come early; or nothing.

    Args:
        verbose: 0 prints nothing, and 2 only what comes early.
    """

    def __init__(self, verbose: int) -> None:
        self.verbose = verbose
        self.start = "keras_ssl: "

    def write(self, text: str, end: str = "\n") -> None:
        """Prints the next part; the last one ends the line."""
        if self.verbose != EARLY:
            say(self.start + text, self.verbose, end)
            self.start = ""
        elif end != "\n":
            say(self.start + text)


@dataclasses.dataclass(frozen=True)
class Options:
    """The arguments of `pair` that say how the two halves are read."""

    batch_size: int
    unlabeled_batch_size: int
    include_labeled: bool
    shuffle: bool
    seed: int
    steps: int | None
    class_weight: ClassWeight | None
    line: Line
    index: tuple[str, ...] = ()

    def has_index(self, role: str) -> bool:
        """Tells whether batches of a half end with an index."""
        return INDEX[role] in self.index

    def seed_of(self, role: str) -> int:
        """Returns another seed for each half, so that neither follows."""
        return self.seed + (role == "unlabeled")


def read_half(data: Any, role: str, class_weight: ClassWeight | None) -> Half:
    """Recognises the container; arrays are converted and checked.

    Args:
        data: What the user passed.
        role: "labeled" or "unlabeled".
        class_weight: Weights of the classes, for labeled arrays.

    Returns:
        The data and its kind.

    Raises:
        TypeError: `data` is none of the containers that can be read.
        ValueError: Arrays are empty or differ in length.

    Example:
    >>> import numpy as np
    >>> read_half(np.zeros((2, 8, 8, 3)), "unlabeled", None).kind
    'arrays'
    """
    if isinstance(data, keras.utils.PyDataset):
        _refuse_empty(data.num_batches, role)
        return Half(role, "PyDataset", data)
    if is_tf_dataset(data):
        return Half(role, "tf.data", data)
    if is_torch_loader(data):
        return Half(role, "DataLoader", data)
    if hasattr(data, "__next__"):
        return Half(role, "generator", data)
    arrays = standardize(data, role, class_weight, whole=True)
    _check_lengths(arrays, role)
    return Half(role, "arrays", arrays)


def check_index(half: Half) -> None:
    """Raises unless it can be told which image is which."""
    if half.kind == "arrays":
        return
    name = INDEX[half.role]
    index = f'"unlabeled": u, "{name}": i'
    raise ValueError(
        f"Which of the {half.role} images is which cannot be told, as the "
        f"method needs. Received: {name!r} asked of {half.role} data in a "
        f"{half.kind}. Expected arrays, where an image keeps its place; other "
        "containers may change their order. Pass arrays, or zip elements with "
        'an index of your own: `fit` also takes `({"labeled": x, '
        f"{index}}}, y)`."
    )


def is_tf_dataset(data: Any) -> bool:
    """Tells a `tf.data.Dataset` without importing TensorFlow."""
    tensorflow = sys.modules.get("tensorflow")
    return tensorflow is not None and isinstance(data, tensorflow.data.Dataset)


def is_torch_loader(data: Any) -> bool:
    """Tells a `torch.utils.data.DataLoader` without importing PyTorch."""
    torch = sys.modules.get("torch")
    return torch is not None and isinstance(data, torch.utils.data.DataLoader)


def _check_lengths(arrays: tuple[Array, ...], role: str) -> None:
    lengths = [len(array) for array in arrays]
    if len(set(lengths)) > 1:
        raise ValueError(
            f"The {role} arrays differ in length. Received: "
            f"{describe(arrays)}. Expected {EXPECTED[role]} with one row an "
            "image in each. Cut them to the same images."
        )
    _refuse_empty(lengths[0], role)


def _refuse_empty(size: int | None, role: str) -> None:
    if size == 0:
        raise ValueError(empty(role))


def empty(role: str) -> str:
    """The message for a half without any image."""
    return (
        f"There are no {role} images. Received: {role} data of size 0. "
        "Expected one image at least. Check the filter or the path that "
        "selects them."
    )

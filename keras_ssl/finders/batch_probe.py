"""Training steps of any batch size on a model, timed and weighed."""

import time
from collections.abc import Callable
from typing import Any

import keras
import numpy as np

from keras_ssl.utils.memory import read_peak_memory
from keras_ssl.utils.memory import reset_peak_memory

FEWEST = 64  # labeled images that are timed at once


class BatchProbe:
    """Makes steps of many batch sizes, each compiled once.

    Args:
        model: A compiled and built model.
        element: A training element, as arrays.
        clock: Returns seconds.

    Attributes:
        images_per_row: Labeled and unlabeled images for each labeled one.
    """

    def __init__(
        self,
        model: keras.Model,
        element: Any,
        clock: Callable[[], float] = time.perf_counter,
    ) -> None:
        self._model = model
        self._element = element
        self._clock = clock
        self._functions: dict[int, Any] = {}
        self._labeled = len(_labeled(element)[0])
        self.images_per_row = count_images(element) / self._labeled

    def memory(self, size: int) -> int | None:
        """The peak in bytes of a step that is compiled already."""
        self._step(size)
        reset_peak_memory()
        self._step(size)
        return read_peak_memory()

    def rate(self, size: int) -> float:
        """Images per second, labeled and unlabeled."""
        steps = max(1, FEWEST // size)
        begin = self._clock()
        for _ in range(steps):
            self._step(size)
        seconds = self._clock() - begin
        return steps * size * self.images_per_row / seconds

    def validate(self, size: int) -> int | None:
        """The peak in bytes of a training and a validation step."""
        reset_peak_memory()
        self._step(size)
        x, y = _labeled(repeat_rows(self._element, self._labeled, size))
        self._model.test_on_batch(x, y)
        return read_peak_memory()

    def compiled(self, size: int) -> Any:
        """The compiled step of a batch size."""
        return self._functions[size]

    def _step(self, size: int) -> None:
        # A function of its own for each size: TensorFlow would make one for
        # all, without their shapes.
        self._model.train_function = self._functions.get(size)
        element = repeat_rows(self._element, self._labeled, size)
        x, y, weight = keras.utils.unpack_x_y_sample_weight(element)
        self._model.train_on_batch(x, y, sample_weight=weight)
        self._functions[size] = self._model.train_function


def repeat_rows(element: Any, rows: int, size: int) -> Any:
    """Gives a training element another batch size.

    Args:
        element: Arrays in any structure.
        rows: Its batch size. The first axis of each array is a multiple.
        size: The new one.

    Returns:
        The same structure; every array is cut, or begins again at its end.

    Example:

    >>> element = {"labeled": np.arange(2), "unlabeled": np.arange(4)}
    >>> repeat_rows(element, 2, 3)["unlabeled"]
    array([0, 1, 2, 3, 0, 1])
    """

    def repeat(array: Any) -> Any:
        places = np.arange(len(array) * size // rows) % len(array)
        return array[places]

    return keras.tree.map_structure(repeat, element)


def count_images(element: Any) -> int:
    """Counts the images of a training element.

    Example:

    >>> count_images(({"labeled": np.ones(2), "unlabeled": np.ones(14)}, "y"))
    16
    """
    inputs = keras.utils.unpack_x_y_sample_weight(element)[0]
    if not isinstance(inputs, dict):
        return len(inputs)
    names = ("labeled", "unlabeled")
    return sum(len(inputs[name]) for name in names if name in inputs)


def _labeled(element: Any) -> tuple[Any, Any]:
    x, y, _ = keras.utils.unpack_x_y_sample_weight(element)
    return (x["labeled"] if isinstance(x, dict) else x), y

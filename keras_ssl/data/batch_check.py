"""Checks each batch of data that cannot be read as a whole before training."""

import contextlib
from collections.abc import Iterator
from typing import Any

import keras

from keras_ssl.data.checks import check_side
from keras_ssl.data.element import is_paired
from keras_ssl.data.element import labeled_images
from keras_ssl.data.element import unpack
from keras_ssl.data.targets import check_labels
from keras_ssl.data.targets import check_sample_weight
from keras_ssl.utils.devices import check_even
from keras_ssl.utils.typing import Array
from keras_ssl.utils.typing import ValueRange

END = " The batch was not trained on, and the weights are as before it."


class BatchCheck:
    """Refuses a batch that would spoil the weights, on the host.

    Whoever reads batches in Python calls it. What it raises inside TensorFlow
    comes out as another error, from which `watching` recovers the sentence.

    Attributes:
        loss: What it was settled for.

    Example:

    >>> check = BatchCheck()
    >>> check.settle((0, 1), 4, "sparse_categorical_crossentropy")
    >>> check((np.zeros((2, 8, 8, 1)), np.array([0, 3])))
    """

    def __init__(self) -> None:
        self.loss: Any = None
        self._value_range: ValueRange | None = None
        self._num_classes = 0
        self._replicas = 1
        self._error: Exception | None = None

    def settle(
        self, value_range: ValueRange, num_classes: int, loss: Any
    ) -> None:
        """Begins to check.

        Args:
            value_range: `(low, high)` of the pixels.
            num_classes: Width of the model's output.
            loss: What `compile` was given.
        """
        self._value_range, self._num_classes = value_range, num_classes
        self.loss = loss

    def settled_for(self, loss: Any) -> bool:
        """Whether it checks, and for this loss."""
        return self._value_range is not None and self.loss is loss

    @contextlib.contextmanager
    def watching(self, replicas: int) -> Iterator[None]:
        """Raises what is found in a batch, whatever has become of the error.

        Before it is settled anew, nothing is checked.

        Args:
            replicas: How many share a batch.
        """
        self._value_range, self._error = None, None
        self._replicas = replicas
        try:
            yield
        except Exception as error:
            found = self._error
            if found is None or error is found or str(found) not in str(error):
                raise
            raise found from None
        finally:
            self._replicas, self._error = 1, None

    def note(self, error: Exception) -> None:
        """Keeps what reading a batch raised, for `watching` to raise."""
        self._error = error

    def __call__(self, batch: Any) -> None:
        """Raises `ValueError` if a batch cannot be trained on.

        Args:
            batch: In any form that `unpack` reads.
        """
        inputs, y, sample_weight = unpack(batch)
        self.labeled(labeled_images(inputs), y, sample_weight)
        if is_paired(inputs) and "unlabeled" in inputs:
            self.unlabeled(inputs["unlabeled"])

    def labeled(self, x: Array, y: Array, sample_weight: Any = None) -> None:
        """Checks labeled images of shape (n, height, width, channels)."""
        if self._value_range is None:
            return
        with self._stopping():
            self._images(x, "labeled", self._value_range)
            check_labels(y, self._num_classes, self.loss)
            check_sample_weight(sample_weight)

    def unlabeled(self, images: Array) -> None:
        """Checks unlabeled images of shape (n, height, width, channels)."""
        if self._value_range is None:
            return
        with self._stopping():
            self._images(images, "unlabeled", self._value_range)

    def _images(self, images: Array, role: str, allowed: ValueRange) -> None:
        check_size(len(images), role, self._replicas)
        check_side(images, role, allowed)

    @contextlib.contextmanager
    def _stopping(self) -> Iterator[None]:
        try:
            yield
        except ValueError as error:
            found = ValueError(f"In a batch: {error}{END}")
            self.note(found)
            raise found from None


def check_size(
    size: int, role: str, replicas: int, *, first: bool = False
) -> None:
    """Raises `ValueError` if replicas cannot share a batch.

    TensorFlow gives each replica the same share, rounded up, and the last ones
    what is left. Of the first batch, and of all on JAX, shares must be equal.

    Args:
        size: Images in the batch.
        role: "labeled", "unlabeled" or "validation", for the message.
        replicas: How many share a batch.
        first: Whether it is the first batch.

    Example:

    >>> check_size(3, "labeled", 2)
    """
    if first or keras.backend.backend() == "jax":
        check_even(size, role, replicas)
    share = -(-size // replicas)
    if size > share * (replicas - 1):
        return
    raise ValueError(
        f"A batch is too small. Received: {size} {role} "
        f"image{'s' * (size != 1)} for {replicas} "
        f"replica{'s' * (replicas > 1)}. Expected at least one for each, whose "
        f"share is {share}. Pass a `batch_size` that is a multiple of "
        f"{replicas}, and leave out the rest with `drop_remainder=True`."
    )

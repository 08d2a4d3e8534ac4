"""`HistogramEntropy`: whether one class takes over."""

import math
from typing import Any

import keras
from keras import ops

from keras_ssl.utils.typing import Tensor


class HistogramEntropy(keras.metrics.Metric):
    """Entropy of the classes seen since the last reset, in `[0, 1]`.

    `-sum(h * log(h)) / log(num_classes)` of the histogram `h`: 1 where all
    classes are equally frequent, 0 where one class has taken over.

    Args:
        name: Name in the logs.

    Example:

    >>> entropy = HistogramEntropy("entropy")
    >>> entropy.build(2)
    >>> entropy.update_state([0, 0, 0, 1])
    >>> round(float(entropy.result()), 4)
    0.8113
    """

    def __init__(self, name: str) -> None:
        super().__init__(name=name, dtype="float32")
        self.counts: Any = None

    def build(self, num_classes: int) -> None:
        """Creates the counts, if they are not there."""
        if self.counts is None:
            self.counts = self.add_variable(
                (num_classes,), "zeros", name="counts"
            )

    def update_state(self, label: Tensor, sample_weight: Any = None) -> None:
        """Counts classes `(n,)`; takes no weights."""
        one_hot = ops.one_hot(label, self.counts.shape[0], dtype="float32")
        self.counts.assign(self.counts + ops.sum(one_hot, axis=0))

    def result(self) -> Tensor:
        """The entropy; 0 before any class is seen."""
        if self.counts is None:
            return ops.zeros(())
        h = self.counts / ops.maximum(ops.sum(self.counts), 1.0)
        entropy = ops.sum(h * ops.log(1.0 / ops.maximum(h, 1e-30)))
        return entropy / math.log(max(self.counts.shape[0], 2))

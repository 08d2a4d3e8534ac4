"""`AveragedWeights`: a running average of a network, BatchNorm included."""

from collections.abc import Sequence
from typing import Any

import keras
from keras import ops

from keras_ssl.functional import is_statistic
from keras_ssl.registry import register
from keras_ssl.typing import Tensor


@register
class AveragedWeights(keras.layers.Layer):
    """Holds an exponential moving average of weights and statistics.

    `average = d * average + (1 - d) * value`, with the decay ramped for short
    runs: `d = min(decay, (1 + step) / (10 + step))`. Trainable weights and
    BatchNorm's moving statistics are averaged alike, in float32; seeds and
    counters are not.

    Args:
        decay: The largest decay, in `[0, 1)`.

    Example:

    >>> network = keras.Sequential([keras.Input((2,)), keras.layers.Dense(1)])
    >>> averaged = AveragedWeights(0.999)
    >>> averaged.follow(network)
    >>> float(averaged.decay_at(0)), round(float(averaged.decay_at(90)), 2)
    (0.10000000149011612, 0.91)
    """

    def __init__(self, decay: float = 0.999, **kwargs: Any) -> None:
        super().__init__(dtype="float32", **kwargs)
        self.decay = decay
        self.averages: list[keras.Variable] = []
        self._followed: list[keras.Variable] = []

    def follow(self, network: keras.Model) -> None:
        """Creates the averages, equal to the present weights."""
        self._followed = [v for v in network.variables if is_statistic(v)]
        self.averages = [
            self.add_weight(
                name=f"average_{index}",
                shape=variable.shape,
                initializer="zeros",
                trainable=False,
                aggregation="only_first_replica",
            )
            for index, variable in enumerate(self._followed)
        ]
        self.built = True
        self.reset()

    def reset(self) -> None:
        """Sets every average to the present value."""
        for average, variable in zip(
            self.averages, self._followed, strict=True
        ):
            # A copy: JAX refuses to donate a buffer that two variables share.
            average.assign(ops.copy(ops.cast(variable.value, "float32")))

    def decay_at(self, step: Tensor) -> Tensor:
        """The decay of a step, counted from 0."""
        step = ops.cast(step, "float32")
        return ops.minimum(self.decay, (1.0 + step) / (10.0 + step))

    def update(self, step: Tensor) -> None:
        """Moves every average towards the present value."""
        decay = self.decay_at(step)
        for average, variable in zip(
            self.averages, self._followed, strict=True
        ):
            value = ops.cast(variable.value, "float32")
            average.assign(decay * average + (1.0 - decay) * value)

    def values(
        self, variables: Sequence[keras.Variable]
    ) -> list[Tensor | keras.Variable]:
        """The average of each variable, or its own value where none is kept."""
        place = {id(v): i for i, v in enumerate(self._followed)}
        return [
            ops.cast(self.averages[place[id(v)]].value, v.dtype)
            if id(v) in place
            else v.value
            for v in variables
        ]

    def assign_to(self, variable: keras.Variable, value: Tensor) -> None:
        """Overwrites the average of one variable."""
        place = [id(v) for v in self._followed].index(id(variable))
        self.averages[place].assign(value)

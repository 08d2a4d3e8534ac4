"""`AveragedWeights`: a running average of a network, BatchNorm included."""

from collections.abc import Sequence
from typing import Any

import keras
import numpy as np
from keras import ops

from keras_ssl.functional import is_statistic
from keras_ssl.functional import ramped_momentum
from keras_ssl.model.batch_norm import batch_norm_layers
from keras_ssl.utils.checks import check_number
from keras_ssl.utils.fingerprint import checksum
from keras_ssl.utils.registry import register
from keras_ssl.utils.typing import Tensor


@register
class AveragedWeights(keras.layers.Layer):
    """Holds an exponential moving average of weights and statistics.

    `average = d * average + (1 - d) * value`, in float32, with the decay ramped
    for short runs: `d = min(decay, (1 + step) / (10 + step))`. BatchNorm's
    statistics are the same average of the *batch* moments, so that they are as
    old as the weights they belong to. BatchNorm's own moving statistics would
    not do: they start from 0 and 1, and remember that for hundreds of steps.

    Args:
        decay: The largest decay, in `[0, 1)`.

    Example:

    >>> network = keras.Sequential([keras.Input((2,)), keras.layers.Dense(1)])
    >>> averaged = AveragedWeights(0.999)
    >>> averaged.follow(network)
    >>> round(float(averaged.decay_at(0)), 2), float(averaged.decay_at(1e6))
    (0.1, 0.9990000128746033)
    """

    def __init__(self, decay: float = 0.999, **kwargs: Any) -> None:
        super().__init__(dtype="float32", **kwargs)
        self.decay = check_number(
            *("ema", decay, 0),
            below=1,
            advice="Pass for example ema=0.999, or None for no averaging.",
        )
        self.averages: list[keras.Variable] = []
        self._followed: list[keras.Variable] = []
        self._momenta: list[float | None] = []

    def follow(self, network: keras.Model) -> None:
        """Creates the averages, equal to the present weights."""
        self._followed = [v for v in network.variables if is_statistic(v)]
        momenta = {
            id(variable): layer.momentum
            for layer in batch_norm_layers(network)
            for variable in (layer.moving_mean, layer.moving_variance)
        }
        self._momenta = [momenta.get(id(v)) for v in self._followed]
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

    def equals_network(self) -> bool:
        """Whether every average is the present value."""
        return all(
            np.array_equal(
                ops.convert_to_numpy(average),
                ops.convert_to_numpy(ops.cast(variable.value, "float32")),
            )
            for average, variable in zip(
                self.averages, self._followed, strict=True
            )
        )

    def checksum(self) -> int:
        """A number that tells the present values from others."""
        return checksum(*map(ops.convert_to_numpy, self._followed))

    def observe(self) -> list[Tensor]:
        """BatchNorm's moving statistics before a step, for `update`."""
        return [
            None if momentum is None else ops.copy(variable.value)
            for variable, momentum in zip(
                self._followed, self._momenta, strict=True
            )
        ]

    def decay_at(self, step: Tensor) -> Tensor:
        """The decay of a step, counted from 0."""
        return ramped_momentum(self.decay, step)

    def update(self, step: Tensor, before: list[Tensor], passes: int) -> None:
        """Moves every average towards the value after a step.

        Args:
            step: The step, counted from 0.
            before: What `observe` gave before the step.
            passes: How often the step updated the moving statistics.
        """
        gain = 1.0 - self.decay_at(step)
        for average, variable, momentum, old in zip(
            self.averages, self._followed, self._momenta, before, strict=True
        ):
            value = ops.cast(variable.value, "float32")
            if momentum is not None and passes:
                # new = kept * old + (1 - kept) * batch, solved for the batch.
                kept = momentum**passes
                value = (value - kept * old) * (1.0 / (1.0 - kept))
            average.assign_add(gain * (value - average.value))

    def values(
        self, variables: Sequence[keras.Variable], step: Tensor = 1
    ) -> list[Tensor | keras.Variable]:
        """The average of each variable, or its own value where none is kept.

        Args:
            variables: Those of the network.
            step: How many steps have been averaged. Before the first, all
                values are the network's own, whatever has been loaded into it.
        """
        place = {id(v): i for i, v in enumerate(self._followed)}
        begun = ops.convert_to_tensor(step) > 0
        return [
            ops.where(
                begun,
                ops.cast(self.averages[place[id(v)]].value, v.dtype),
                v.value,
            )
            if id(v) in place
            else v.value
            for v in variables
        ]

    def assign_to(self, variable: keras.Variable, value: Tensor) -> None:
        """Overwrites the average of one variable."""
        place = [id(v) for v in self._followed].index(id(variable))
        self.averages[place].assign(value)

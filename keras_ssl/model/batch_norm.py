"""Forward passes that leave, or measure, BatchNorm's moving statistics.

The layers are found wherever they are, in nested and subclassed models too.
"""

from collections.abc import Callable
from collections.abc import Iterable
from typing import Any

import keras
import numpy as np
from keras import ops

from keras_ssl.functional import is_statistic
from keras_ssl.utils.devices import count_devices
from keras_ssl.utils.layers import all_layers
from keras_ssl.utils.typing import Array
from keras_ssl.utils.typing import Tensor

Values = list[tuple[keras.Variable, Tensor]]


def batch_norm_layers(
    network: keras.Model,
) -> list[keras.layers.BatchNormalization]:
    """The BatchNorm layers whose moving statistics training updates.

    Args:
        network: A built model.

    Returns:
        All of them, nested ones included; without frozen ones
        (`trainable=False`, or a momentum of 1).

    Example:

    >>> network = keras.Sequential(
    ...     [keras.Input((2,)), keras.layers.BatchNormalization()]
    ... )
    >>> [layer.momentum for layer in batch_norm_layers(network)]
    [0.99]
    """
    return [
        layer
        for layer in all_layers(network)
        if isinstance(layer, keras.layers.BatchNormalization)
        and layer.trainable
        and layer.momentum < 1
    ]


def keep_statistics(
    network: keras.Model,
    images: Tensor,
    forward: Callable[[Tensor], Any] | None = None,
    weights: Values | None = None,
) -> Any:
    """A training pass that does not move the moving statistics.

    The layers normalise by the batch as always in training, and seeds (of
    dropout, say) advance.

    Args:
        network: A built model.
        images: `(n, height, width, channels)`.
        forward: Calls the network in training; `None` for the network itself.
        weights: `(variable, value)` for each of the network's variables, to use
            others than its own.

    Returns:
        The outputs of `forward`.
    """
    forward = forward or (lambda x: network(x, training=True))
    present = weights or [(v, v.value) for v in network.variables]
    # Inside, updates of variables are noted, not made.
    with keras.StatelessScope(present) as scope:
        outputs = forward(images)
    # The seeds' are made, or dropout would draw the same again.
    for variable in network.non_trainable_variables:
        if not is_statistic(variable):
            variable.assign(scope.get_current_value(variable))
    return outputs


class StatisticsEstimator:
    """Measures the moments of what reaches each BatchNorm layer.

    A training pass updates `new = momentum * old + (1 - momentum) * batch`, of
    which `old = 0` shows the batch's moments. Batches are weighted by their
    size and their variances joined by the law of total variance,
    `Var = E[var + mean**2] - E[mean]**2`. Frozen layers are left out, and
    nothing in the network changes.

    Args:
        network: A built model.
        weights: Gives `(variable, value)` for every variable of the network, to
            measure under other weights than its own.
        source: The layer whose variables `weights` reads. JAX would take them
            for constants if it did not know of it.

    Example:

    >>> network = keras.Sequential(
    ...     [keras.Input((2, 2, 1)), keras.layers.BatchNormalization()]
    ... )
    >>> images = np.arange(24.0).reshape(6, 2, 2, 1)
    >>> statistics = StatisticsEstimator(network)([images[:4], images[4:]])
    >>> [round(float(value[0]), 2) for _, value in statistics]
    [11.5, 47.92]
    """

    def __init__(
        self,
        network: keras.Model,
        weights: Callable[[], Values] | None = None,
        source: keras.layers.Layer | None = None,
    ) -> None:
        self.network = network
        self.weights = weights or (
            lambda: [(v, v.value) for v in network.variables]
        )
        layers = batch_norm_layers(network)
        self.moving = [layer.moving_mean for layer in layers]
        self.moving += [layer.moving_variance for layer in layers]
        self.momenta = 2 * [layer.momentum for layer in layers]
        self._compiled = _Function([network, source], self._updates)

    def __call__(
        self, batches: Iterable[Array]
    ) -> list[tuple[keras.Variable, Array]]:
        """The moving statistics, each with its new value.

        Args:
            batches: Images `(n, height, width, channels)`, read to the end.

        Returns:
            Means, then variances; empty if no BatchNorm layer is in training.
        """
        total, first, second = 0, 0.0, 0.0
        if not self.moving:
            return []
        devices = count_devices(self._compiled)
        for batch in batches:
            images = batch[: len(batch) // devices * devices]
            if not len(images):
                continue
            mean, variance = self._moments(images)
            total += len(images)
            first = first + len(images) * mean
            second = second + len(images) * (variance + mean**2)
        if not total:
            return []
        mean = first / total
        values = [*mean, *(second / total - mean**2)]
        return list(zip(self.moving, values, strict=True))

    def _moments(self, images: Array) -> tuple[Array, Array]:
        """Means and variances of one batch, one array a layer, in float64."""
        updates = self._compiled.predict_on_batch(images)
        moments = [
            np.asarray(update, "float64") / (1 - momentum)
            for update, momentum in zip(updates, self.momenta, strict=True)
        ]
        half = len(moments) // 2
        return _ragged(moments[:half]), _ragged(moments[half:])

    def _updates(self, images: Tensor) -> list[Tensor]:
        """The moving statistics after one training pass from zero."""
        ids = {id(v) for v in self.moving}
        values = [
            (v, ops.zeros_like(x) if id(v) in ids else x)
            for v, x in self.weights()
        ]
        with keras.StatelessScope(values) as scope:
            self.network(images, training=True)
        return [scope.get_current_value(v) for v in self.moving]


def _ragged(arrays: list[Array]) -> Array:
    """An array of arrays, whatever their lengths, for arithmetic on all."""
    # `np.array` would make a matrix of those that are equally long.
    joint = np.empty(len(arrays), dtype=object)
    joint[:] = arrays
    return joint


class _Function(keras.Model):
    """Compiles a function of layers' variables, on every backend."""

    def __init__(
        self, layers: list[Any], function: Callable[[Tensor], Any]
    ) -> None:
        super().__init__(name="batch_moments")
        self.read = [layer for layer in layers if layer is not None]
        self.function = function

    def call(self, images: Tensor) -> Any:
        return self.function(images)

"""Forward passes that leave, or measure, BatchNorm's moving statistics.

Both work on the network's variables alone, so they hold for BatchNorm layers
anywhere inside it, nested and subclassed models included.
"""

from collections.abc import Callable
from collections.abc import Iterable
from collections.abc import Sequence
from typing import Any

import keras
import numpy as np
from keras import ops

from keras_ssl.functional import is_statistic
from keras_ssl.typing import Array
from keras_ssl.typing import Tensor

Values = list[tuple[keras.Variable, Tensor]]
MEAN, VARIANCE = "moving_mean", "moving_variance"


def keep_statistics(network: keras.Model, images: Tensor) -> Tensor:
    """A training pass that does not move the moving statistics.

    The layers normalise by the batch as always in training, and seeds (of
    dropout, say) advance.

    Args:
        network: A built model.
        images: `(n, height, width, channels)`.

    Returns:
        The network's outputs.
    """
    present = [(v, v.value) for v in network.variables]
    with keras.StatelessScope(present) as scope:
        outputs = network(images, training=True)
    for variable in network.non_trainable_variables:
        if not is_statistic(variable):
            variable.assign(scope.get_current_value(variable))
    return outputs


class StatisticsEstimator:
    """Measures the moments of what reaches each BatchNorm layer.

    A training pass updates `new = momentum * old + (1 - momentum) * batch`.
    From `old = 0` the update shows the batch's moments times `1 - momentum`,
    from `old = 1` the momentum besides. Batches are weighted by their size and
    their variances joined by the law of total variance,
    `Var = E[var + mean**2] - E[mean]**2`. Frozen layers are left out, and
    nothing in the network changes.

    Args:
        network: A built model.
        weights: Gives `(variable, value)` for every variable of the network, to
            measure under other weights than its own.

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
    ) -> None:
        self.network = network
        self.weights = weights or (
            lambda: [(v, v.value) for v in network.variables]
        )
        self.moving: list[keras.Variable] | None = None
        self.momenta: list[float] = []
        self._compiled = _Function(network, self._from_zero)

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
        for images in batches:
            if self.moving is None:
                self._look(images[:8])
            if not self.moving:
                return []
            mean, variance = self._moments(images)
            total += len(images)
            first = first + len(images) * mean
            second = second + len(images) * (variance + mean**2)
        if not total or not self.moving:
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

    def _look(self, images: Array) -> None:
        """Finds the layers in training, and their momentum."""
        self.moving = self._unfrozen(images)
        zero = self._updated(images, self.moving, 0.0)
        one = self._updated(images, self.moving, 1.0)
        self.momenta = [
            float(ops.mean(b - a)) for a, b in zip(zero, one, strict=True)
        ]

    def _unfrozen(self, images: Array) -> list[keras.Variable]:
        variables = self.network.non_trainable_variables
        by_path = {v.path: v for v in variables}
        means = [v for v in variables if v.path.endswith(MEAN)]
        before = {id(v): value for v, value in self.weights()}
        moved = [
            v
            for v, new in zip(
                means, self._updated(images, means, None), strict=True
            )
            if bool(ops.any(new != before[id(v)]))
        ]
        return moved + [
            by_path[v.path.removesuffix(MEAN) + VARIANCE] for v in moved
        ]

    def _updated(
        self,
        images: Tensor,
        watched: Sequence[keras.Variable],
        start: float | None,
    ) -> list[Tensor]:
        """The watched statistics after one training pass from `start`."""
        ids = {id(v) for v in watched} if start is not None else set()
        values = [
            (v, ops.full_like(x, start) if id(v) in ids else x)
            for v, x in self.weights()
        ]
        with keras.StatelessScope(values) as scope:
            self.network(ops.convert_to_tensor(images), training=True)
        return [scope.get_current_value(v) for v in watched]

    def _from_zero(self, images: Tensor) -> list[Tensor]:
        return self._updated(images, self.moving or [], 0.0)


def _ragged(arrays: list[Array]) -> Array:
    """An array of arrays, whatever their lengths, for arithmetic on all."""
    joint = np.empty(len(arrays), dtype=object)
    joint[:] = arrays
    return joint


class _Function(keras.Model):
    """Compiles a function of a network's variables, on every backend."""

    def __init__(
        self, network: keras.Model, function: Callable[[Tensor], Any]
    ) -> None:
        super().__init__(name="batch_moments")
        self.network = network
        self.function = function

    def call(self, images: Tensor) -> Any:
        return self.function(images)

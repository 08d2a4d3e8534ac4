"""Optimizers for short runs.

Public names:

- `is_convolution`: Whether a weight is the kernel of a convolution over all
  channels.
- `Muon`: Muon for convolution kernels, Adam for all other weights.
- `orthogonal`: A matrix with the same singular vectors, and singular values
  near 1.
"""

import math
from typing import Any

import keras
from keras import ops

from keras_ssl.utils.checks import check_number
from keras_ssl.utils.registry import register
from keras_ssl.utils.typing import Config
from keras_ssl.utils.typing import Tensor

__all__ = [
    "Muon",
    "is_convolution",
    "orthogonal",
]

# Of the quintic that drives singular values towards 1; Jordan et al., 2024.
A, B, C = 3.4445, -4.7750, 2.0315


@register
class Muon(keras.optimizers.Adam):
    """Muon for convolution kernels, Adam for all other weights.

    Muon moves a kernel, seen as a matrix `(height * width * channels_in,
    channels_out)`, by its momentum with all singular values set to about 1:

        m = momentum * m + g
        kernel -= learning_rate * scale * orthogonal(g + momentum * m)

    with `scale = 0.2 * sqrt(longer side of the matrix)`, so that a step is as
    large as one of Adam. Small networks learn photographs in fewer steps than
    with Adam. `keras.optimizers.Muon` leaves convolutions to Adam.

    Args:
        learning_rate: A float or a schedule.
        momentum: Momentum of Muon, in `[0, 1)`.
        iterations: Newton-Schulz iterations that make a matrix orthogonal, at
            least 1.
        **kwargs: Those of `keras.optimizers.Adam`, for all other weights.

    Raises:
        ValueError: A number is out of its range.

    Example:

    >>> network = keras.Sequential([keras.layers.Conv2D(4, 3)])
    >>> network.compile(keras_ssl.optimizers.Muon(4e-3), "mse")

    Reference:
        [Jordan et al., 2024](https://kellerjordan.github.io/posts/muon/), and
        the scale of [Liu et al., 2025](https://arxiv.org/abs/2502.16982)
    """

    def __init__(
        self,
        learning_rate: Any = 4e-3,
        momentum: float = 0.9,
        iterations: int = 4,
        **kwargs: Any,
    ) -> None:
        if isinstance(learning_rate, int | float | str):
            advice = "Pass for example learning_rate=4e-3."
            check_number("learning_rate", learning_rate, 0, advice=advice)
        super().__init__(learning_rate, **kwargs)
        self.momentum = check_number("momentum", momentum, 0, below=1)
        self.newton_schulz = check_number(
            "iterations", iterations, 1, integer=True
        )

    def update_step(
        self, gradient: Tensor, variable: keras.Variable, learning_rate: Tensor
    ) -> None:
        """Moves one weight by one step."""
        place = self._get_variable_index(variable)
        # On TensorFlow `variable` is its own, under another name.
        if not is_convolution(self._trainable_variables[place]):
            super().update_step(gradient, variable, learning_rate)
            return
        m = self._momentums[place]
        self.assign(m, self.momentum * m + gradient)
        update = ops.reshape(
            gradient + self.momentum * m, (-1, variable.shape[-1])
        )
        scale = 0.2 * math.sqrt(max(update.shape))
        update = orthogonal(update, self.newton_schulz)
        step = ops.reshape(scale * update, variable.shape)
        self.assign_sub(variable, learning_rate * step)

    def get_config(self) -> Config:
        """The arguments of `__init__`."""
        return {
            **super().get_config(),
            "momentum": self.momentum,
            "iterations": self.newton_schulz,
        }


def is_convolution(variable: keras.Variable) -> bool:
    """Whether a weight is the kernel of a convolution over all channels.

    A depthwise kernel is none: it holds a filter a channel, and no matrix.

    Args:
        variable: A weight of a layer.

    Example:

    >>> layer = keras.layers.Conv2D(4, 3)
    >>> layer.build((None, 8, 8, 3))
    >>> [is_convolution(weight) for weight in layer.weights]
    [True, False]
    """
    return (
        variable.name == "kernel"
        and len(variable.shape) == 4
        and variable.shape[-1] > 1
    )


def orthogonal(matrix: Tensor, iterations: int) -> Tensor:
    """A matrix with the same singular vectors, and singular values near 1.

    Args:
        matrix: `(m, n)`.
        iterations: Newton-Schulz iterations. After 4, singular values that were
            at least a hundredth of the norm are between 0.68 and 1.21.

    Example:

    >>> x = orthogonal(np.diag([3.0, 1.0, 0.5]), 5)
    >>> [round(float(each), 1) for each in np.diag(x)]
    [0.7, 1.1, 1.0]
    """
    x = matrix / (ops.norm(matrix) + 1e-7)
    tall = x.shape[0] > x.shape[1]
    for _ in range(iterations):
        t = ops.transpose(x)
        gram = ops.matmul(t, x) if tall else ops.matmul(x, t)
        p = B * gram + C * ops.matmul(gram, gram)
        x = A * x + (ops.matmul(x, p) if tall else ops.matmul(p, x))
    return x

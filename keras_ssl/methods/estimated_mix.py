"""`EstimatedMix`: which classes the unlabeled images have."""

from typing import Any

import keras
from keras import ops

from keras_ssl.functional import align
from keras_ssl.methods.moving_average import MovingAverage
from keras_ssl.typing import Tensor

TOLERANCE = 0.1


class EstimatedMix(keras.layers.Layer):
    """The labeled images' mix, unless predictions say that it is another.

    `said = align(u, y, p)` is what the predictions `u` for unlabeled images
    say, once the bias is taken out that predictions `p` for labeled ones show
    beside their labels `y`. A network that knows the classes but roughly is off
    by some of it everywhere, so that little is not believed: `mix = y + trust *
    (said - y)`, `trust = clip(d / 0.1 - 1, 0, 1)`, where `d = sum(abs(said -
    y)) / 2` is the share of images that would have another class.

    Args:
        num_classes: How many classes there are.
        momentum: The largest one of the moving average of `p`, in `[0, 1]`.

    Example:

    >>> mix = EstimatedMix(2, momentum=0.9)
    >>> y, u = ops.array([0.5, 0.5]), ops.array([0.8, 0.2])
    >>> [round(float(m), 2) for m in mix(y, u, y[None])]
    [0.8, 0.2]
    """

    def __init__(
        self, num_classes: int, *, momentum: float, **kwargs: Any
    ) -> None:
        kwargs.setdefault("dtype", "float32")
        super().__init__(**kwargs)
        uniform = [1 / num_classes] * num_classes
        self.predictions = MovingAverage(momentum, uniform, ramped=True)
        self.built = True

    def call(self, y: Tensor, u: Tensor, p: Tensor | None) -> Tensor:
        """The mix `(num_classes,)`; takes in the batch.

        Args:
            y: `(num_classes,)`: the mix of the labeled images.
            u: `(num_classes,)`: the average prediction for unlabeled images.
            p: `(b, num_classes)`: predictions for labeled images.

        Raises:
            ValueError: There are no predictions for labeled images.
        """
        if p is None:
            raise ValueError(
                "Received: prior='estimated' and no logits of labeled images. "
                "Expected those of a view of them. Pass `labeled`, or the "
                "prior 'labeled'."
            )
        said = align(u, y, self.predictions(ops.mean(p, axis=0)))
        distance = ops.sum(ops.abs(said - y)) / 2
        trust = ops.clip(distance / TOLERANCE - 1, 0, 1)
        return y + trust * (said - y)

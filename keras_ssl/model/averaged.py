"""`AveragedModel`: a network, and the averaged weights that evaluate it."""

import contextlib
from collections.abc import Iterator
from typing import Any

import keras
import numpy as np

from keras_ssl.data.element import labeled_images
from keras_ssl.model.averaging import AveragedWeights
from keras_ssl.model.saving import hidden_state
from keras_ssl.model.saving import restore_hidden_state
from keras_ssl.utils.console import say
from keras_ssl.utils.devices import count_devices
from keras_ssl.utils.devices import even_size
from keras_ssl.utils.devices import explaining
from keras_ssl.utils.devices import fill_up
from keras_ssl.utils.devices import read_number
from keras_ssl.utils.typing import Array
from keras_ssl.utils.typing import Tensor

CHANGED = (
    "the network has other weights than the last `fit` left, so that the "
    "averaged weights start from them."
)


class AveragedModel(keras.Model):
    """Evaluates a network with an average of its weights.

    Args:
        network: A `keras.Model`.
        ema: Largest decay of the averaged weights, or `None` for none.
        **kwargs: Those of `keras.Model`.

    Attributes:
        step: Training steps of this phase, a variable.
        averaged: The `AveragedWeights` that evaluation uses, or `None`.
        callback_state: Arrays by name that callbacks need after an
            interruption; saved and loaded with the weights.
        weights_left: A checksum of the weights that the last `fit` left, and
            the step; `None` if nobody knows.
    """

    def __init__(
        self, network: keras.Model, *, ema: float | None, **kwargs: Any
    ) -> None:
        super().__init__(**kwargs)
        self.network = network
        self.ema = ema
        self.averaged = None if ema is None else AveragedWeights(ema)
        self.step = self.add_state("step", 0, "int")
        self.callback_state: dict[str, Any] = {}
        self.weights_left: tuple[int, int] | None = None

    def add_state(self, name: str, value: float, dtype: str) -> keras.Variable:
        """Adds a scalar variable that is saved but not trained."""
        return self.add_weight(
            name=name,
            initializer=keras.initializers.Constant(value),
            dtype=dtype,
            trainable=False,
            aggregation="only_first_replica",
        )

    def build(self, input_shape: Any = None) -> None:
        """Builds the network if it is not, and the averaged weights."""
        if not self.network.built:
            self.network.build(labeled_images(input_shape))
        if self.averaged is not None and not self.averaged.built:
            self.averaged.follow(self.network)
        self.built = True

    def evaluation_weights(self) -> list[tuple[keras.Variable, Tensor]]:
        """The network's variables with the values that evaluation uses."""
        variables = self.network.variables
        if self.averaged is None:
            return [(v, v.value) for v in variables]
        values = self.averaged.values(variables, self.step)
        return list(zip(variables, values, strict=True))

    def assign_evaluation_weights(
        self, values: list[tuple[keras.Variable, Array]]
    ) -> None:
        """Overwrites what evaluation uses for some of the variables."""
        follows = self.averaged is None or not self._steps()
        for variable, value in values:
            if follows:
                variable.assign(value)
            if self.averaged is not None:
                self.averaged.assign_to(variable, value)

    def restart_average(self) -> None:
        """Makes the averaged weights equal to the present ones.

        Evaluation, prediction and `export_model` use averaged weights. Before
        the first training step they are the network's own. Call this after it,
        where weights are loaded into the network; `fit` does so by itself.

        Example:

        >>> network = keras.Sequential(
        ...     [
        ...         keras.Input((8, 8, 1)),
        ...         keras.layers.Flatten(),
        ...         keras.layers.Dense(2),
        ...     ]
        ... )
        >>> model = keras_ssl.SemiSupervisedModel(network, strong="cutout")
        >>> network.set_weights([np.ones((64, 2)), np.zeros(2)])
        >>> model.restart_average()
        >>> float(model(np.ones((1, 8, 8, 1)))[0, 0])
        64.0
        """
        if self.averaged is not None and self.averaged.built:
            self.averaged.reset()

    def _steps(self) -> int:
        return read_number(self.step)

    def follow_network(self) -> None:
        """Starts the average from the present weights before the first step."""
        if not self._steps():
            self.restart_average()

    @contextlib.contextmanager
    def following(self, *, verbose: int) -> Iterator[None]:
        """Restarts the average if weights came in since it was last open.

        Args:
            verbose: 1 says so, 0 nothing.
        """
        self.follow_network()
        known, found, averaged = (
            self.weights_left,
            self._weights(),
            self.averaged,
        )
        # After other steps the weights may well have changed.
        same_step = known and found and known[1] == found[1]
        if averaged is not None and same_step and known != found:
            if not averaged.equals_network():
                say(f"keras_ssl: {CHANGED}", verbose)
            averaged.reset()
        yield
        self.weights_left = self._weights()

    def _weights(self) -> tuple[int, int] | None:
        if self.averaged is None or not self.averaged.built:
            return None
        return self.averaged.checksum(), self._steps()

    def evaluate_network(self, images: Tensor) -> Tensor:
        """The network's outputs in inference, with the averaged weights."""
        if self.averaged is None:
            return self.network(images, training=False)
        with keras.StatelessScope(self.evaluation_weights()):
            return self.network(images, training=False)

    def evaluate(
        self, x: Any = None, y: Any = None, *args: Any, **kwargs: Any
    ) -> Any:
        """Evaluates as `keras.Model.evaluate`, with the averaged weights.

        Args:
            x: Images, or a container of images and labels.
            y: Labels.
            *args: Keras' others by place.
            **kwargs: Keras' others by name.

        Raises:
            ValueError: Several devices cannot share a batch.
        """
        devices = count_devices(self)
        if devices > 1 and hasattr(x, "shape") and not args:
            size = even_size(min(len(x), 32), devices)
            kwargs = {"batch_size": size, **kwargs}
        with explaining(self):
            return super().evaluate(x, y, *args, **kwargs)

    def predict(
        self, x: Any, batch_size: int | None = None, **kwargs: Any
    ) -> Any:
        """Predicts as `keras.Model.predict`, with the averaged weights.

        Args:
            x: Images `(n, height, width, channels)`, as many as you like on any
                number of devices; or a container of batches.
            batch_size: Images in a batch, 32 if it is not given.
            **kwargs: Keras' other arguments.

        Raises:
            ValueError: Several devices cannot share a batch of a container.
        """
        devices = count_devices(self)
        if devices == 1 or not hasattr(x, "shape"):
            with explaining(self):
                return super().predict(x, batch_size, **kwargs)
        size = even_size(batch_size or 32, devices)
        full = fill_up(x, devices)
        return super().predict(full, size, **kwargs)[: len(x)]

    def predict_on_batch(self, x: Any) -> Any:
        """Predicts a batch of images, of any size on any number of devices."""
        devices = count_devices(self)
        if devices == 1:
            return super().predict_on_batch(x)
        return super().predict_on_batch(fill_up(x, devices))[: len(x)]

    def save_own_variables(self, store: Any) -> None:
        """Saves variables, seeds, and what callbacks need to resume."""
        super().save_own_variables(store)
        for name, value in hidden_state(self, self.callback_state).items():
            store[name] = value

    def load_own_variables(self, store: Any) -> None:
        """Loads variables, seeds, and what callbacks kept."""
        saved = {name: np.asarray(store[name]) for name in list(store.keys())}
        self.callback_state = restore_hidden_state(self, saved)
        self.weights_left = None
        super().load_own_variables(saved)

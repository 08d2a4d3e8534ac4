"""`PhasedModel`: a compiled step for each phase, and averaged weights."""

import contextlib
import functools
from collections.abc import Iterator
from typing import Any

import keras
import numpy as np
from keras import ops

from keras_ssl.data.element import is_paired
from keras_ssl.data.element import labeled_images
from keras_ssl.data.element import unpack
from keras_ssl.model.averaging import AveragedWeights
from keras_ssl.model.saving import hidden_state
from keras_ssl.model.saving import restore_hidden_state
from keras_ssl.utils.console import say
from keras_ssl.utils.registry import check_name
from keras_ssl.utils.typing import Array
from keras_ssl.utils.typing import Config
from keras_ssl.utils.typing import Tensor

CHANGED = (
    "the network has other weights than the last `fit` left, so that the "
    "averaged weights start from them."
)
SUPERVISED, SEMI_SUPERVISED = PHASES = ("supervised", "semi-supervised")


class PhasedModel(keras.Model):
    """Trains a network in a phase that a variable names.

    In the supervised phase a step sees the labeled half of a batch alone and
    costs what the network's own step costs. Each phase has a compiled step of
    its own; which one runs is read off the variable when an epoch begins.

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
        self._phase = self.add_state(
            "phase", PHASES.index(SEMI_SUPERVISED), "int32"
        )
        self._active = SEMI_SUPERVISED
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

    @property
    def phase(self) -> str:
        """`"supervised"` or `"semi-supervised"`, as the variable says."""
        return PHASES[int(ops.convert_to_numpy(self._phase))]

    @phase.setter
    def phase(self, phase: str) -> None:
        check_name(phase, "phase", dict.fromkeys(PHASES))
        self._phase.assign(PHASES.index(phase))
        self.step.assign(0)
        self.restart_average()

    def __setattr__(self, name: str, value: Any) -> None:
        """Lets a phase begin anew; TensorFlow skips what is set already."""
        if name == "phase":
            object.__setattr__(self, name, value)
        else:
            super().__setattr__(name, value)

    # Averaged weights

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
        return int(ops.convert_to_numpy(self.step))

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

    # The step

    def train_step(self, *args: Any) -> Any:
        """One step on `data`, or on JAX's `state, data`.

        `data` is what `keras_ssl.data.pair` gives, or a zipped batch
        `((x, y[, sample_weight]), u)`.
        """
        return self._step(self._active, *args)

    def _step(self, phase: str, *args: Any) -> Any:
        *state, batch = args
        x, y, sample_weight = unpack(batch)
        if phase == SUPERVISED:
            x = labeled_images(x)
        passes = 1
        if is_paired(x):
            x = {**x, "labels": y}
            passes = self.statistics_passes()
        batch = keras.utils.pack_x_y_sample_weight(x, y, sample_weight)
        if state:
            return self._stateless_step(state, batch, passes)
        before = self._before_step()
        logs = super().train_step(batch)
        self._after_step(before, passes)
        return logs

    def _stateless_step(self, state: Any, batch: Any, passes: int) -> Any:
        """The step on JAX, where the values of variables come and go."""
        (state,) = state
        variables = [*self.trainable_variables, *self.non_trainable_variables]

        def scope(trainable: Any, other: Any) -> keras.StatelessScope:
            values = zip(variables, [*trainable, *other], strict=True)
            return keras.StatelessScope(list(values))

        with scope(*state[:2]):
            before = self._before_step()
        logs, (trainable, other, *rest) = super().train_step(state, batch)
        with scope(trainable, other) as after:
            self._after_step(before, passes)
        other = [
            after.get_current_value(v) for v in self.non_trainable_variables
        ]
        return logs, (trainable, other, *rest)

    def statistics_passes(self) -> int:
        """How often a semi-supervised step updates moving statistics."""
        return 1

    def _before_step(self) -> Any:
        return None if self.averaged is None else self.averaged.observe()

    def _after_step(self, before: Any, passes: int) -> None:
        if self.averaged is not None:
            self.averaged.update(self.step, before, passes)
        self.step.assign(self.step + 1)

    def make_train_function(self, force: bool = False) -> None:
        """Prepares a compiled step for each phase, and reads the phase."""
        if self.train_function is None or force:
            functions = {phase: self._compiled_step(phase) for phase in PHASES}
            self.train_function: Any = lambda *args: functions[self._active](
                *args
            )
        self.read_phase()

    def _compiled_step(self, phase: str) -> Any:
        # A function of its own for each phase: JAX caches traces by function.
        step = functools.partial(self._step, phase)
        self.train_step = step  # type: ignore[method-assign]
        try:
            super().make_train_function(force=True)
        finally:
            del self.train_step
        return self.train_function

    def read_phase(self) -> None:
        """Makes the next steps those of the phase that the variable says."""
        self._active = self.phase

    def replicas(self) -> int:
        """How many replicas share a batch."""
        strategy = getattr(self, "distribute_strategy", None)
        return 1 if strategy is None else strategy.num_replicas_in_sync

    # Compiling

    def compile(
        self, *args: Any, jit_compile: bool | str = "auto", **kwargs: Any
    ) -> None:
        """Compiles as Keras does; `"auto"` asks whether XLA can.

        Where Keras would use XLA, both augmentations are tried first.
        """
        super().compile(*args, jit_compile=jit_compile, **kwargs)
        self._asked_jit, self._possible_jit = jit_compile, self.jit_compile
        self.decide_xla()

    def decide_xla(self) -> None:
        """Decides whether XLA compiles the step, where that was left open."""
        on_tensorflow = keras.backend.backend() == "tensorflow"
        if on_tensorflow and self._asked_jit == "auto" and self._possible_jit:
            self.jit_compile: bool = self.compiles()

    def compiles(self) -> bool:
        """Whether XLA can compile the step."""
        return True

    def get_compile_config(self) -> Config | None:
        """What `compile` was given; `"auto"` is decided anew when loaded."""
        config = super().get_compile_config()
        return config and {**config, "jit_compile": self._asked_jit}

    def compile_from_config(self, config: Config) -> None:
        """Compiles a loaded model as it was compiled when saved."""
        self.compile(**keras.saving.deserialize_keras_object(config))
        if self.optimizer is not None and self.built:
            self.optimizer.build(self.trainable_variables)

    # Saving

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

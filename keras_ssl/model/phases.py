"""`PhasedModel`: a compiled step for each phase."""

import functools
import types
from typing import Any

import keras

from keras_ssl.data.element import is_paired
from keras_ssl.data.element import labeled_images
from keras_ssl.data.element import pack
from keras_ssl.data.element import unpack
from keras_ssl.model.averaged import AveragedModel
from keras_ssl.model.compiling import Compiling
from keras_ssl.model.xla import check_compiles
from keras_ssl.model.xla import compiled_here
from keras_ssl.utils.devices import read_number
from keras_ssl.utils.gradients import without_gradient
from keras_ssl.utils.registry import check_name
from keras_ssl.utils.typing import Config

SUPERVISED, SEMI_SUPERVISED = PHASES = ("supervised", "semi-supervised")


class PhasedModel(AveragedModel):
    """Trains a network in a phase that a variable names.

    In the supervised phase a step sees the labeled half of a batch alone and
    costs what the network's own step costs. Each phase has a compiled step of
    its own; which one runs is read off the variable when an epoch begins.

    Args:
        network: A `keras.Model`.
        **kwargs: Those of `AveragedModel`.

    Attributes:
        statistics_passes: How often a semi-supervised step updates BatchNorm's
            moving statistics.
        compiling: Knows how long compiling the steps has taken, and tells.
    """

    statistics_passes = 1

    def __init__(self, network: keras.Model, **kwargs: Any) -> None:
        super().__init__(network, **kwargs)
        self._phase = self.add_state(
            "phase", PHASES.index(SEMI_SUPERVISED), "int32"
        )
        self._active = SEMI_SUPERVISED
        self.compiling = Compiling()
        self._measured: frozenset[str] = frozenset()

    @property
    def phase(self) -> str:
        """`"supervised"` or `"semi-supervised"`, as the variable says."""
        return PHASES[read_number(self._phase)]

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
            passes = self.statistics_passes
        batch = keras.utils.pack_x_y_sample_weight(x, y, sample_weight)
        if state:
            return self._stateless_step(state, batch, passes)
        before = self._before_step()
        logs = super().train_step(batch)
        with without_gradient():
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
            self.train_function: Any = self._noting(
                lambda *args: functions[self._active](
                    *args[:-1], _packed(args[-1])
                )
            )
        self.read_phase()

    def make_test_function(self, force: bool = False) -> None:
        """Prepares the compiled step of an evaluation."""
        if self.test_function is None or force:
            super().make_test_function(force=True)
            self.test_function: Any = self._noting(self.test_function)

    def _noting(self, function: Any) -> Any:
        """A compiled step, which notes what it measures."""

        def step(*args: Any) -> Any:
            result = function(*args)
            logs = result[0] if isinstance(result, tuple) else result
            if self._measured != logs.keys():
                self._measured = frozenset(logs)
            return result

        return step

    def get_metrics_result(self) -> dict[str, Any]:
        """The metrics that the last step has measured, over all replicas.

        If they are those of its logs, Keras takes them for an epoch; else it
        takes the logs, which are the mean over the replicas' own.
        """
        results = super().get_metrics_result()
        measured = self._measured or results
        return {name: v for name, v in results.items() if name in measured}

    def compute_metrics(self, *args: Any, **kwargs: Any) -> dict[str, Any]:
        """Computes all metrics, as a step may measure others than the last."""
        self._measured = frozenset()
        return super().compute_metrics(*args, **kwargs)

    def _compiled_step(self, phase: str) -> Any:
        # A function of its own for each phase: JAX caches traces by function.
        step = functools.partial(self._step, phase)
        self.train_step = step  # type: ignore[method-assign]
        try:
            super().make_train_function(force=True)
        finally:
            del self.train_step
        if self.run_eagerly:
            return self.train_function
        return self.compiling.watch(phase, self.train_function)

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

        Where Keras would use XLA, both augmentations are tried first. On
        PyTorch the step runs eagerly.

        Raises:
            ValueError: `jit_compile=True` or `steps_per_execution` above 1 on
                PyTorch.
        """
        check_compiles(jit_compile, kwargs.get("steps_per_execution", 1))
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
        config = keras.saving.deserialize_keras_object(config)
        self.compile(**compiled_here(config))
        if self.optimizer is not None and self.built:
            self.optimizer.build(self.trainable_variables)


def _packed(batches: Any) -> Any:
    """Batches of `train_on_batch` as `fit` has them, to share its trace."""
    generated = isinstance(batches, types.GeneratorType)
    return map(pack, batches) if generated else batches

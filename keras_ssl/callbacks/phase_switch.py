"""`PhaseSwitch`: supervised until it stabilises, then semi-supervised."""

from typing import Any

import keras
import numpy as np
from keras import ops

from keras_ssl.callbacks.backup_and_restore import BackupAndRestore
from keras_ssl.callbacks.own_model import OwnModel
from keras_ssl.model.phases import SEMI_SUPERVISED
from keras_ssl.model.phases import SUPERVISED
from keras_ssl.utils.checks import check_name
from keras_ssl.utils.checks import check_number
from keras_ssl.utils.console import say
from keras_ssl.utils.devices import read_number
from keras_ssl.utils.devices import strategy_scope

BACKUPS = BackupAndRestore, keras.callbacks.BackupAndRestore


class PhaseSwitch(OwnModel):
    """Trains in two phases: supervised, then semi-supervised.

    Phase 1 lasts until the monitored value has not improved for `patience`
    epochs, or until the given epoch. Then the best weights are restored, the
    optimizer starts afresh with the user's learning rate, and phase 2 begins.
    When that has not improved either for `patience` epochs, training stops. The
    model ends with the best weights of the phase that was better.

    What it has to remember is saved with the model's weights, so that a run
    resumes after `keras_ssl.callbacks.BackupAndRestore`. Without that, `fit`
    after an interruption begins with phase 1 again, from the weights that the
    model has, with a new optimizer and the user's learning rate, and says so.

    Args:
        monitor: A name in the logs.
        patience: Epochs without improvement after which a phase ends, at least
            1; `None`: only `epoch` and the end of `fit` end a phase.
        min_delta: What counts as an improvement, at least 0.
        epoch: Epochs of phase 1 at most, at least 1; `None` leaves it to
            `patience`.
        mode: `"min"`, `"max"`, or `"auto"`: `"max"` for accuracies and AUC.
        restore_best_weights: Whether a phase ends with its best weights, or
            with its last.
        verbose: 1 prints a line at each event, 0 nothing.

    Raises:
        ValueError: `patience`, `epoch` or `mode` is not one of those above;
            during training, `monitor` is not in the logs.

    Example:

    >>> switch = keras_ssl.callbacks.PhaseSwitch("val_accuracy", patience=3)
    >>> switch.mode
    'max'
    """

    acts_before_others = True

    def __init__(  # noqa: PLR0913  the arguments of EarlyStopping, and `epoch`
        self,
        monitor: str = "val_loss",
        *,
        patience: int | None = 5,
        min_delta: float = 0.0,
        epoch: int | None = None,
        mode: str = "auto",
        restore_best_weights: bool = True,
        verbose: int = 1,
    ) -> None:
        super().__init__()
        if patience is not None:
            check_number("patience", patience, 1)
        if epoch is not None:
            check_number("epoch", epoch, 1, integer=True)
        check_name(mode, "mode", ("auto", "min", "max"))
        is_score = monitor.endswith(("acc", "accuracy", "auc"))
        self.monitor = monitor
        self.patience = patience
        self.min_delta = min_delta
        self.epoch = epoch
        self.mode = mode if mode != "auto" else ("max" if is_score else "min")
        self.restore_best_weights = restore_best_weights
        self.verbose = verbose

    @property
    def memory(self) -> dict[str, Any]:
        """The state that a resumed run needs, saved with the weights."""
        return self.model.callback_state

    def before_fit(
        self,
        model: keras.Model,
        arguments: dict[str, Any],
        unlabeled_data: Any = None,
        **options: Any,
    ) -> dict[str, Any]:
        """Forgets a run that was interrupted, and looks how long this one is.

        Args:
            model: The compiled model.
            arguments: The arguments of `keras.Model.fit`, by name.
            unlabeled_data: Unlabeled images, or `None`.
            **options: Of `fit`, which do not matter here.

        Returns:
            The arguments as they are.
        """
        epochs = arguments.get("epochs") or 1
        if self.epoch is not None and self.epoch >= epochs:
            say(
                f"PhaseSwitch: phase 1 may last {self.epoch} epochs, and `fit` "
                f"has {epochs}: unlabeled images are "
                f"{'perhaps' if self.patience else 'all'} left unused.",
                self.verbose,
            )
        begins = not arguments.get("initial_epoch")
        if begins and "learning_rate" in model.callback_state:
            given = arguments.get("callbacks") or []
            resumes = any(isinstance(each, BACKUPS) for each in given)
            self._begin_again(model, 0 if resumes else self.verbose)
        return arguments

    def _begin_again(self, model: keras.Model, verbose: int) -> None:
        say(
            f"PhaseSwitch: an earlier `fit` was interrupted in its "
            f"{model.phase} phase. Phase 1 begins again, from the weights "
            "that the model has.",
            verbose,
        )
        reset_optimizer(model, model.callback_state["learning_rate"])
        model.callback_state.clear()
        model.phase = SUPERVISED

    def on_train_begin(self, logs: Any = None) -> None:
        """Starts phase 1, unless the model has been trained before."""
        if not self.memory and not read_number(self.model.optimizer.iterations):
            self.model.phase = SUPERVISED

    def on_epoch_begin(self, epoch: int, logs: Any = None) -> None:
        """Keeps the user's learning rate before the first epoch."""
        if "learning_rate" not in self.memory:
            optimizer = self.model.optimizer
            rate = ops.convert_to_numpy(optimizer.learning_rate)
            self.memory["learning_rate"] = rate
            self._forget()

    def on_epoch_end(self, epoch: int, logs: Any = None) -> None:
        """Compares the epoch with the best; ends the phase if it is time."""
        value = (logs or {}).get(self.monitor)
        if value is None:
            raise ValueError(
                f"Received: logs without {self.monitor!r}. Expected one of "
                f"{sorted(logs or {})}. Pass `monitor=` one of them, or "
                "`validation_data=` to `fit`."
            )
        self._compare(float(value), epoch)
        supervised = self.model.phase == SUPERVISED
        stable = self.patience and int(self.memory["wait"]) >= self.patience
        if supervised and (stable or epoch + 1 == self.epoch):
            self._switch(epoch)
        elif stable and not supervised:
            self.model.stop_training = True

    def on_train_end(self, logs: Any = None) -> None:
        """Leaves the model with the best weights of both phases."""
        if "best" in self.memory:
            self._keep_better()
            if self.restore_best_weights:
                self._restore("kept")
                self._say(
                    f"ended with the weights of epoch "
                    f"{int(self.memory['kept_epoch'])} "
                    f"(phase {int(self.memory['kept_phase'])}, "
                    f"{self.monitor} {float(self.memory['kept']):.4f})."
                )
        self.memory.clear()

    # Phases

    def _switch(self, epoch: int) -> None:
        self._keep_better()
        self._say(
            f"epoch {epoch + 1}: phase 2, semi-supervised, begins. "
            f"{self.monitor} was best in epoch {int(self.memory['epoch'])} "
            f"({float(self.memory['best']):.4f})"
            + (
                "; its weights are restored."
                if self.restore_best_weights
                else "."
            )
        )
        if self.restore_best_weights:
            self._restore("kept")
        self.model.phase = SEMI_SUPERVISED
        reset_optimizer(self.model, self.memory["learning_rate"])
        self._forget()

    def _compare(self, value: float, epoch: int) -> None:
        gain = float(self.memory["best"]) - value
        gain = -gain if self.mode == "max" else gain
        if gain > self.min_delta:
            self._remember(best=value, epoch=epoch + 1, wait=0)
            if self.restore_best_weights:
                self._store("best")
        else:
            self._remember(wait=int(self.memory["wait"]) + 1)

    def _forget(self) -> None:
        """Counts the epochs of a new phase."""
        worst = -np.inf if self.mode == "max" else np.inf
        self._remember(best=worst, epoch=0, wait=0)

    def _remember(self, **values: Any) -> None:
        for name, value in values.items():
            self.memory[name] = np.asarray(value)

    def _keep_better(self) -> None:
        """Keeps this phase's best, if no earlier phase was better."""
        best, kept = self.memory["best"], self.memory.get("kept")
        better = kept is None or (
            best > kept if self.mode == "max" else best < kept
        )
        if not better:
            return
        phase = 1 if self.model.phase == SUPERVISED else 2
        self._remember(
            kept=best, kept_epoch=self.memory["epoch"], kept_phase=phase
        )
        for name in [n for n in self.memory if n.startswith("best.")]:
            self.memory[name.replace("best.", "kept.")] = self.memory[name]

    # Weights

    def _store(self, name: str) -> None:
        weights = self.model.evaluation_weights()
        for index, (_, value) in enumerate(weights):
            self.memory[f"{name}.{index}"] = ops.convert_to_numpy(value)

    def _restore(self, name: str) -> None:
        if f"{name}.0" not in self.memory:
            return
        for index, variable in enumerate(self.model.network.variables):
            variable.assign(self.memory[f"{name}.{index}"])
        if self.model.averaged is not None:
            self.model.averaged.reset()

    def _say(self, text: str) -> None:
        say(f"\nPhaseSwitch: {text}", self.verbose)


def reset_optimizer(model: keras.Model, learning_rate: float) -> None:
    """Gives the optimizer the state of a new one, and a learning rate.

    Args:
        model: A compiled and built model.
        learning_rate: Greater than 0. Of a `LearningRateSchedule`, the step
            starts from 0 again instead.

    Example:

    >>> model = keras.Sequential([keras.Input((2,)), keras.layers.Dense(1)])
    >>> model.compile("adam", "mse")
    >>> _ = model.train_on_batch(np.ones((1, 2)), np.ones((1, 1)))
    >>> keras_ssl.callbacks.reset_optimizer(model, 0.01)
    >>> int(model.optimizer.iterations)
    0
    """
    optimizer = model.optimizer
    config = optimizer.get_config()
    with strategy_scope(model):
        fresh = type(optimizer).from_config(config)
        fresh.build(model.trainable_variables)
    for variable, new in zip(optimizer.variables, fresh.variables, strict=True):
        variable.assign(new)
    if not has_schedule(optimizer):
        optimizer.learning_rate = float(learning_rate)


def has_schedule(optimizer: keras.optimizers.Optimizer) -> bool:
    """Whether the learning rate follows a `LearningRateSchedule`.

    Example:

    >>> has_schedule(keras.optimizers.SGD(0.1))
    False
    """
    config = optimizer.get_config()
    config = config.get("inner_optimizer", {}).get("config", config)
    return isinstance(config.get("learning_rate"), dict)

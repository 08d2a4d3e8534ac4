"""`ReduceLROnPlateau`: Keras', that starts anew with each phase."""

from typing import Any

import keras
import numpy as np

from keras_ssl.callbacks.phase_switch import has_schedule
from keras_ssl.model.phases import PHASES
from keras_ssl.utils.devices import read_number

KEPT = "plateau"


class ReduceLROnPlateau(keras.callbacks.ReduceLROnPlateau):
    """Reduces the learning rate once a monitored value no longer improves.

    As `keras.callbacks.ReduceLROnPlateau`, with its arguments; but with each
    phase of training it forgets what the value was before. `PhaseSwitch` starts
    a phase with the user's learning rate, and the loss of its first epochs
    often lies above the best of the phase before. A `LearningRateSchedule` is
    left alone. A run that `keras_ssl.callbacks.BackupAndRestore` resumes goes
    on waiting where it was.

    Example:

    >>> plateau = keras_ssl.callbacks.ReduceLROnPlateau(patience=3, factor=0.3)
    >>> plateau.monitor
    'val_loss'
    """

    acts_before_others = True  # so that a backup holds the reduced rate
    _phase: str | None = None

    def on_train_begin(self, logs: Any = None) -> None:
        """Starts anew."""
        super().on_train_begin(logs)
        self._phase = None

    def on_epoch_begin(self, epoch: int, logs: Any = None) -> None:
        """Goes on where an interrupted run was."""
        kept = self.model.callback_state.get(KEPT)
        if epoch and self._phase is None and kept is not None:
            phase, best, wait, cooldown = kept.tolist()
            self.best = None if np.isnan(best) else best
            self._phase = PHASES[int(phase)]
            self.wait, self.cooldown_counter = int(wait), int(cooldown)

    def on_epoch_end(self, epoch: int, logs: Any = None) -> None:
        """Reduces the rate if it is time; starts anew with a new phase."""
        if self.model.phase != self._phase:
            super().on_train_begin()
            self._phase = self.model.phase
        # At step 0 the epoch belongs to the phase that has just ended.
        begins = not read_number(self.model.step)
        if not begins and not has_schedule(self.model.optimizer):
            super().on_epoch_end(epoch, logs)
        phase = PHASES.index(self._phase)
        self.model.callback_state[KEPT] = np.array(
            [phase, self.best, self.wait, self.cooldown_counter], "float64"
        )

    def on_train_end(self, logs: Any = None) -> None:
        """Forgets the best value and the epochs since."""
        super().on_train_end(logs)
        self.model.callback_state.pop(KEPT, None)

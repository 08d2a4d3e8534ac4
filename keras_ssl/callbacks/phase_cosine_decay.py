"""`PhaseCosineDecay`: the learning rate falls to 0 within each phase."""

import math
from typing import Any

import keras
import numpy as np

from keras_ssl.callbacks.phase_switch import has_schedule
from keras_ssl.model.phases import PHASES
from keras_ssl.utils.devices import read_number

KEPT = "cosine"


class PhaseCosineDecay(keras.callbacks.Callback):
    """Lets the learning rate fall to 0 within each phase, as half a cosine.

    `rate = start * (1 + cos(pi * done)) / 2`, where `start` is the learning
    rate with which the phase begins, and `done` the share of its steps. Each
    phase ends with weights that have settled: take the last, not the best, with
    `PhaseSwitch(patience=None, restore_best_weights=False)`. After training the
    rate is `start` again. A `LearningRateSchedule` is left alone. A run that
    `keras_ssl.callbacks.BackupAndRestore` resumes goes on where it was. Where
    Keras does not know how many steps an epoch has, the rate falls once an
    epoch.

    Args:
        *epochs: Epochs of phase 1 and of phase 2; one number for a run that has
            one phase only.

    Raises:
        ValueError: A number is not positive, or there are none or more than
            two.

    Example:

    >>> decay = keras_ssl.callbacks.PhaseCosineDecay(5, 45)
    >>> switch = keras_ssl.callbacks.PhaseSwitch(
    ...     epoch=5, patience=None, restore_best_weights=False
    ... )

    Reference:
        [Loshchilov and Hutter, 2017](https://arxiv.org/abs/1608.03983)
    """

    acts_before_others = True  # so that a backup knows when the phase began

    def __init__(self, *epochs: int) -> None:
        super().__init__()
        if len(epochs) not in (1, 2) or min(epochs) < 1:
            raise ValueError(
                f"Received: {epochs}. Expected the epochs of one phase or of "
                "two, each at least 1. Pass for example "
                "`PhaseCosineDecay(5, 45)`."
            )
        self.epochs = epochs
        self._phase: str | None = None

    def on_train_begin(self, logs: Any = None) -> None:
        """Starts anew."""
        self._phase = None

    def on_epoch_begin(self, epoch: int, logs: Any = None) -> None:
        """Notes when a phase begins."""
        kept = self.model.callback_state.get(KEPT)
        trained = read_number(self.model.optimizer.iterations)
        if self._phase is None and kept is not None and trained:
            place, begin, self._start = kept.tolist()
            self._phase, self._begin = PHASES[int(place)], min(begin, epoch)
        if self.model.phase != self._phase:
            self._phase, self._begin = self.model.phase, epoch
            self._start = None
        place = min(PHASES.index(self._phase), len(self.epochs) - 1)
        self._gone, self._length = epoch - self._begin, self.epochs[place]
        self._free = not has_schedule(self.model.optimizer)

    def on_train_batch_begin(self, batch: int, logs: Any = None) -> None:
        """Sets the rate of this step."""
        if not self._free:
            return
        if self._start is None:  # other callbacks may have set it by now
            self._start = self._rate()
            place = PHASES.index(self._phase)
            self.model.callback_state[KEPT] = np.array(
                [place, self._begin, self._start], "float64"
            )
        share = batch / (self.params["steps"] or math.inf)
        done = min((self._gone + share) / self._length, 1.0)
        self._now = self._start * (1 + math.cos(math.pi * done)) / 2
        self.model.optimizer.learning_rate = self._now

    def on_epoch_end(self, epoch: int, logs: dict[str, Any]) -> None:
        """Logs the rate of the last step; puts back that of the first.

        Where another callback has set a rate by now, that remains.
        """
        if not self._free:
            return
        logs["learning_rate"] = self._now
        if math.isclose(self._rate(), self._now, rel_tol=1e-5):
            self.model.optimizer.learning_rate = self._start

    def on_train_end(self, logs: Any = None) -> None:
        """Forgets when the phase began."""
        self.model.callback_state.pop(KEPT, None)

    def _rate(self) -> float:
        return read_number(self.model.optimizer.learning_rate)

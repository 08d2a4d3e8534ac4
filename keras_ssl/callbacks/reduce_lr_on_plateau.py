"""`ReduceLROnPlateau`: Keras', that starts anew with each phase."""

from typing import Any

import keras
from keras import ops

from keras_ssl.callbacks.phase_switch import has_schedule


class ReduceLROnPlateau(keras.callbacks.ReduceLROnPlateau):
    """Reduces the learning rate once a monitored value no longer improves.

    As `keras.callbacks.ReduceLROnPlateau`, with its arguments; but with each
    phase of training it forgets what the value was before. `PhaseSwitch` starts
    a phase with the user's learning rate, and the loss of its first epochs
    often lies above the best of the phase before. A `LearningRateSchedule` is
    left alone.

    Example:

    >>> plateau = keras_ssl.callbacks.ReduceLROnPlateau(patience=3, factor=0.3)
    >>> plateau.monitor
    'val_loss'
    """

    acts_before_others = True  # so that a backup holds the reduced rate
    _phase: str | None = None

    def on_epoch_end(self, epoch: int, logs: Any = None) -> None:
        """Reduces the rate if it is time; starts anew with a new phase."""
        if self.model.phase != self._phase:
            self._phase = self.model.phase
            self.on_train_begin()
        # At step 0 the epoch belongs to the phase that has just ended.
        begins = not int(ops.convert_to_numpy(self.model.step))
        if not begins and not has_schedule(self.model.optimizer):
            super().on_epoch_end(epoch, logs)

"""Callbacks, which act on training through variables alone.

Public names:

- `AugmentationFinder`: Finds an augmentation on labeled images, and lets `fit`
  go on with it.
- `BackupAndRestore`: Keeps the state of training in a folder, so that `fit`
  goes on from it.
- `BatchNormWarmup`: Warms BatchNorm up before each phase, and checks the
  result.
- `BatchSizeFinder`: Finds the batch size by real steps, and lets `fit` go on
  with it.
- `CollapseWarning`: Warns when one class takes over, no image passes, or
  classes differ.
- `LearningRateFinder`: Finds the learning rate, sets it, and lets `fit` go on.
- `NoisyStudentRounds`: Gives the method `"noisy_student"` its labels, in
  rounds.
- `PhaseCosineDecay`: Lets the learning rate fall to 0 within each phase, as
  half a cosine.
- `PhaseSwitch`: Trains in two phases: supervised, then semi-supervised.
- `ReduceLROnPlateau`: Reduces the learning rate once a monitored value no
  longer improves.
- `reset_optimizer`: Gives the optimizer the state of a new one, and a learning
  rate.
"""

from keras_ssl.callbacks.augmentation_finder import AugmentationFinder
from keras_ssl.callbacks.backup_and_restore import BackupAndRestore
from keras_ssl.callbacks.batch_norm_warmup import BatchNormWarmup
from keras_ssl.callbacks.batch_size_finder import BatchSizeFinder
from keras_ssl.callbacks.collapse_warning import CollapseWarning
from keras_ssl.callbacks.learning_rate_finder import LearningRateFinder
from keras_ssl.callbacks.noisy_student_rounds import NoisyStudentRounds
from keras_ssl.callbacks.phase_cosine_decay import PhaseCosineDecay
from keras_ssl.callbacks.phase_switch import PhaseSwitch
from keras_ssl.callbacks.phase_switch import reset_optimizer
from keras_ssl.callbacks.reduce_lr_on_plateau import ReduceLROnPlateau

__all__ = [
    "AugmentationFinder",
    "BackupAndRestore",
    "BatchNormWarmup",
    "BatchSizeFinder",
    "CollapseWarning",
    "LearningRateFinder",
    "NoisyStudentRounds",
    "PhaseCosineDecay",
    "PhaseSwitch",
    "ReduceLROnPlateau",
    "reset_optimizer",
]

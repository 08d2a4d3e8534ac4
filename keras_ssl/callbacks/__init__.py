"""Callbacks, which act on training through variables alone."""

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

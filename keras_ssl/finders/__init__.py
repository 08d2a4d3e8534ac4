"""Finds hyperparameters before training; the model stays as it was."""

from keras_ssl.finders.augmentation import find_augmentation
from keras_ssl.finders.augmentation_result import AugmentationResult
from keras_ssl.finders.batch_size import find_batch_size
from keras_ssl.finders.batch_size_result import BatchSizeResult
from keras_ssl.finders.learning_rate import find_learning_rate
from keras_ssl.finders.learning_rate_result import LearningRateResult
from keras_ssl.finders.suggestions import SUGGESTIONS
from keras_ssl.finders.suggestions import suggest

__all__ = [
    "SUGGESTIONS",
    "AugmentationResult",
    "BatchSizeResult",
    "LearningRateResult",
    "find_augmentation",
    "find_batch_size",
    "find_learning_rate",
    "suggest",
]

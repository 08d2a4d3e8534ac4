"""Finds hyperparameters before training; the model stays as it was."""

from keras_ssl.finders.learning_rate import find_learning_rate
from keras_ssl.finders.learning_rate_result import LearningRateResult
from keras_ssl.finders.suggestions import SUGGESTIONS
from keras_ssl.finders.suggestions import suggest

__all__ = [
    "SUGGESTIONS",
    "LearningRateResult",
    "find_learning_rate",
    "suggest",
]

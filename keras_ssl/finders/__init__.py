"""Finds hyperparameters before training; the model stays as it was.

Public names:

- `AugmentationResult`: The result of a search for the augmentation; `print` it.
- `BatchSizeResult`: The result of a search for the batch size; `print` it.
- `find_augmentation`: Finds an augmentation on labeled images, and leaves the
  model as it was.
- `find_batch_size`: Finds a batch size, and leaves the model as it was.
- `find_learning_rate`: Finds a learning rate by trying some, and leaves the
  model as it was.
- `LearningRateResult`: The result of a search for the learning rate; `print`
  it.
- `suggest`: The suggestion of one rule.
- `SUGGESTIONS`: The rules of `suggest` by name.
"""

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

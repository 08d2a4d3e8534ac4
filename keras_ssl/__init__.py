"""Semi-supervised learning for people who already train with Keras.

Public names:

- `augmentation`: Augmentations of images, as layers, and the table of their
  names.
- `callbacks`: Callbacks, which act on training through variables alone.
- `data`: Splits, pairs, checks and loads data.
- `finders`: Finds hyperparameters before training; the model stays as it was.
- `functional`: The vocabulary of the formulas, as pure functions of tensors.
- `inspect`: Looks at a model and its data, and raises if they contradict each
  other.
- `Inspection`: Facts about a model and its data; `print` shows them as a table.
- `losses`: Every method's unlabeled loss as a pure function, for a loop of your
  own.
- `methods`: Methods of the literature, as layers, and the table of their
  names.
- `networks`: Networks for people who have none, made for short runs on a
  processor.
- `optimizers`: Optimizers for short runs.
- `recipes`: The papers' recipes, and ours for short runs, every constant in the
  open.
- `regularizers`: Weight decay as the papers have it: on kernels alone.
- `report`: Figures, tables and pages, from plain numbers.
- `schedules`: Learning rates of the papers.
- `SemiSupervisedModel`: Wraps an image classifier so that `fit` also takes
  unlabeled images.
- `study`: What unlabeled images are worth, over seeds, with error bars.
- `train`: Trains a model with unlabeled images, from beginning to end.
"""

from keras_ssl.utils import onednn

onednn.turn_on()  # before the first import of TensorFlow

from keras_ssl import augmentation
from keras_ssl import callbacks
from keras_ssl import data
from keras_ssl import finders
from keras_ssl import functional
from keras_ssl import losses
from keras_ssl import methods
from keras_ssl import networks
from keras_ssl import optimizers
from keras_ssl import recipes
from keras_ssl import regularizers
from keras_ssl import report
from keras_ssl import schedules
from keras_ssl import study
from keras_ssl.autotrain import train
from keras_ssl.inspection import Inspection
from keras_ssl.inspection import inspect
from keras_ssl.model.semi_supervised import SemiSupervisedModel

__version__ = "0.2.0"

__all__ = [
    "Inspection",
    "SemiSupervisedModel",
    "augmentation",
    "callbacks",
    "data",
    "finders",
    "functional",
    "inspect",
    "losses",
    "methods",
    "networks",
    "optimizers",
    "recipes",
    "regularizers",
    "report",
    "schedules",
    "study",
    "train",
]

"""Semi-supervised learning for people who already train with Keras."""

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

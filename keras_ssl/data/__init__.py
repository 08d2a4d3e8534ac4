"""Splits, pairs, checks and loads data."""

from keras_ssl.data.checks import check_images
from keras_ssl.data.datasets import load
from keras_ssl.data.datasets import load_digits
from keras_ssl.data.pair import pair
from keras_ssl.data.peek import peek
from keras_ssl.data.split import Split
from keras_ssl.data.split import split
from keras_ssl.data.targets import check_labels
from keras_ssl.data.targets import check_outputs
from keras_ssl.utils.deprecation import moved

__getattr__ = moved(
    __name__,
    inspect="keras_ssl.inspect",
    Inspection="keras_ssl.Inspection",
)

__all__ = [
    "Split",
    "check_images",
    "check_labels",
    "check_outputs",
    "load",
    "load_digits",
    "pair",
    "peek",
    "split",
]

"""Splits, pairs, checks and loads data."""

from keras_ssl.data.checks import check_images as check_images
from keras_ssl.data.datasets import load as load
from keras_ssl.data.datasets import load_digits as load_digits
from keras_ssl.data.pair import pair as pair
from keras_ssl.data.peek import peek as peek
from keras_ssl.data.split import Split as Split
from keras_ssl.data.split import split as split
from keras_ssl.data.targets import check_labels as check_labels
from keras_ssl.data.targets import check_outputs as check_outputs

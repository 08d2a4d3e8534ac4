"""Splits, pairs, checks and loads data.

Public names:

- `check_images`: Checks that images can be trained on, and tells their pixel
  range.
- `check_labels`: Checks that labels have the form that the loss expects.
- `check_outputs`: Tells logits from probabilities, and checks that the loss
  agrees.
- `load`: Loads an image data set, by name or from a file or a folder.
- `load_digits`: Loads scikit-learn's 1,797 handwritten digits; needs no
  download.
- `pair`: Pairs labeled with unlabeled data, each of any size and container.
- `peek`: Returns the next elements as NumPy arrays, and leaves them in place.
- `Split`: Indices of the three disjoint parts of a data set, in random order.
- `split`: Hides most labels of a labeled data set, as papers do to compare.
"""

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

"""Example data sets: small ones to try things, and those of the papers."""

import os
import pathlib
import urllib.error

import keras
import numpy as np

from keras_ssl.data.files import read_folders
from keras_ssl.data.files import read_npz
from keras_ssl.data.split import split
from keras_ssl.utils.registry import check_name
from keras_ssl.utils.typing import Array

Part = tuple[Array, Array]

# `load` knows the names; Keras downloads all but "digits" once.
DATASETS = ("cifar10", "cifar100", "digits", "fashion_mnist", "mnist")
OFTEN_THERE = ("fashion_mnist", "digits")


def load(name: str | os.PathLike[str]) -> tuple[Part, Part]:
    """Loads an image data set, by name or from a file or a folder.

    Args:
        name: "cifar10", "cifar100", "fashion_mnist" or "mnist", which Keras
            downloads once; or "digits", as from `load_digits`. Or the path
            of an `.npz` file with `x_train`, `y_train`, `x_test` and `y_test`,
            or of a folder with `train/CLASS/*.jpg` and `test/CLASS/*.jpg`,
            whose classes are numbered in the order of their names.

    Returns:
        `(x_train, y_train), (x_test, y_test)`: uint8 images of shape
        (n, height, width, channels), and integer labels of shape (n,). The
        pixels of "digits" are float32 from 0 to 1.

    Raises:
        ValueError: The name is not known, or the file or folder is not as
            described.
        ConnectionError: The download failed.

    Example:
    >>> (x_train, y_train), (x_test, y_test) = load("digits")
    >>> x_train.shape, y_test.shape
    ((1500, 8, 8, 1), (297,))
    """
    if not isinstance(name, str | os.PathLike):
        raise TypeError(
            f"Received: {name!r}. Expected the name or the path of a data set. "
            'Pass for example "digits".'
        )
    if name not in DATASETS and os.path.exists(name):
        path = pathlib.Path(name)
        train, test = read_folders(path) if path.is_dir() else read_npz(path)
        return _with_channels(*train), _with_channels(*test)
    name = os.fspath(name)
    if pathlib.Path(name).suffix or pathlib.Path(name).name != name:
        raise ValueError(
            f"Received: {name!r}, where nothing is. Expected an .npz file, or "
            "a folder with train/CLASS and test/CLASS. Check the path."
        )
    check_name(name, "data set", DATASETS)
    if name == "digits":
        return load_digits()
    try:
        train, test = getattr(keras.datasets, name).load_data()
    except Exception as error:
        if not _is_network_failure(error):
            raise
        raise ConnectionError(_no_download(name, error)) from None
    return _with_channels(*train), _with_channels(*test)


def load_digits(
    *, image_size: int | tuple[int, int] | None = None
) -> tuple[Part, Part]:
    """Loads scikit-learn's 1,797 handwritten digits; needs no download.

    Args:
        image_size: Height and width to resize to, or one number for both; None
            keeps the 8 x 8 pixels.

    Returns:
        `(x_train, y_train), (x_test, y_test)`: 1,500 and 297 float32 images
        from 0 to 1 of shape (n, height, width, 1), and integer labels of shape
        (n,). The two parts are always the same, and balanced.

    Raises:
        ImportError: scikit-learn is not installed.

    Example:
    >>> (x_train, _), _ = load_digits(image_size=16)
    >>> x_train.shape
    (1500, 16, 16, 1)
    """
    try:
        from sklearn import datasets
    except ImportError:
        raise ImportError(
            "The digits come with scikit-learn, which is not installed. "
            "Install it with `pip install scikit-learn`."
        ) from None
    digits = datasets.load_digits()
    x = (digits.images[..., None] / 16).astype("float32")
    if image_size is not None:
        size = np.broadcast_to(image_size, 2).tolist()
        x = keras.ops.image.resize(x, size, data_format="channels_last")
        x = keras.ops.convert_to_numpy(x)
    parts = split(digits.target, num_labeled=297)
    train, test = parts.unlabeled, parts.labeled
    return (x[train], digits.target[train]), (x[test], digits.target[test])


def _with_channels(x: Array, y: Array) -> Part:
    return x if x.ndim == 4 else x[..., None], y.reshape(-1)


def _is_network_failure(error: Exception) -> bool:
    """Tells it also where Keras wraps it in an `Exception` with a text."""
    known = (urllib.error.URLError, ConnectionError, TimeoutError)
    return isinstance(error, known) or "URL fetch failure" in str(error)


def _no_download(name: str, error: Exception) -> str:
    home = os.environ.get("KERAS_HOME", "~/.keras")
    folder = pathlib.Path(home).expanduser() / "datasets"
    others = " or ".join(repr(n) for n in OFTEN_THERE if n != name)
    return (
        f"The data set {name!r} could not be downloaded ({error}); put its "
        f"file into {folder}, where Keras looks first, or take {others}; "
        "'digits' needs no download."
    )

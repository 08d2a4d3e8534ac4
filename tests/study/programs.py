"""A tiny study, for processes that are killed."""

import pathlib
import sys
import time

import keras

import keras_ssl
from keras_ssl import study


def network():
    layers = [keras.layers.Flatten(), keras.layers.Dense(10)]
    return keras.Sequential([keras.Input((8, 8, 1)), *layers])


def train(network, task):
    """A row of few steps."""
    network.compile("sgd", "mse", run_eagerly=True)
    targets = keras.ops.one_hot(task.labeled[1], 10)
    network.fit(task.labeled[0], targets, batch_size=8, verbose=0)
    return network


def compare(folder=None, workers=1, rows=("a", "b"), **changes):
    """Trains two rows with two seeds; returns the accuracies."""
    (x, y), test = keras_ssl.data.load_digits()
    rows = changes.pop("row", None) or dict.fromkeys(rows, train)
    options = {"labels": 20, "seeds": 2, "verbose": 0, **changes}
    images = (x[:100], y[:100]), test
    found = study.compare(
        rows, network, *images, folder=folder, workers=workers, **options
    )
    return found.accuracy


def compare_with_workers(folder):
    """The same, in two processes."""
    return compare(folder, workers=2)


class Sleep:
    """A row that says which process it is in, and does not end."""

    def __init__(self, folder):
        self.folder = folder

    def __call__(self, network, task):
        """Sleeps."""
        import os

        (pathlib.Path(self.folder) / f"{os.getpid()}.pid").touch()
        while True:
            time.sleep(0.1)


def sleep_with_workers(folder):
    """A study whose workers sleep."""
    compare(folder, workers=2, row={"sleep": Sleep(folder)})


if __name__ == "__main__":
    sleep_with_workers(sys.argv[1])

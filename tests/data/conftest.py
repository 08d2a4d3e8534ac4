import keras
import numpy as np
import pytest


class Batches(keras.utils.PyDataset):
    """A PyDataset of the rows of arrays."""

    def __init__(self, arrays, batch_size, **kwargs):
        super().__init__(**kwargs)
        self.arrays = arrays
        self.batch_size = batch_size
        self.passes = 0

    def __len__(self):
        return -(-len(self.arrays[0]) // self.batch_size)

    def __getitem__(self, index):
        begin = index * self.batch_size
        rows = slice(begin, begin + self.batch_size)
        parts = tuple(array[rows] for array in self.arrays)
        return parts if len(parts) > 1 else parts[0]

    def on_epoch_end(self):
        self.passes += 1


def endless(batches):
    while True:
        yield from (batches[index] for index in range(len(batches)))


def to_container(kind, arrays, batch_size):
    """Puts arrays into a container of one of the kinds that `pair` takes."""
    plain = arrays if len(arrays) > 1 else arrays[0]
    if kind == "arrays":
        return plain
    if kind == "PyDataset":
        return Batches(arrays, batch_size)
    if kind == "generator":
        return endless(Batches(arrays, batch_size))
    tf = pytest.importorskip("tensorflow")
    dataset = tf.data.Dataset.from_tensor_slices(plain)
    return dataset.batch(batch_size) if kind == "batched" else dataset


def images(start, stop):
    """Images (4, 4, 1) that hold their own number in every pixel."""
    numbers = np.arange(start, stop, dtype="float32")
    return np.broadcast_to(
        numbers[:, None, None, None], (len(numbers), 4, 4, 1)
    )


def to_epoch(dataset):
    """Reads one epoch as Keras does."""
    if not isinstance(dataset, keras.utils.PyDataset):
        return [keras.tree.map_structure(np.asarray, each) for each in dataset]
    elements = [dataset[index] for index in range(len(dataset))]
    dataset.on_epoch_end()
    return elements


def numbers(epoch, key):
    """The numbers of an epoch's images, in order."""
    parts = [element[0][key][:, 0, 0, 0] for element in epoch]
    return np.concatenate(parts).astype(int).tolist()

import gc
import weakref

import keras
import numpy as np
import pytest

from keras_ssl.data import pair
from keras_ssl.data.to_tensorflow import to_dataset
from tests.data.conftest import images
from tests.data.conftest import numbers
from tests.data.conftest import to_container
from tests.data.conftest import to_epoch

tf = pytest.importorskip("tensorflow")
pytestmark = pytest.mark.skipif(
    keras.backend.backend() != "tensorflow", reason="arrays go through NumPy"
)

X, Y, U = images(0, 10), np.arange(10) % 3, images(100, 124)
KINDS = ["arrays", "unbatched", "batched", "PyDataset", "generator"]


@pytest.mark.parametrize("kind", KINDS)
def test_the_result_knows_its_size(kind):
    sides = to_container(kind, (X, Y), 5), to_container(kind, (U,), 6)
    paired = pair(*sides, steps=7, verbose=0)
    dataset = to_dataset(paired)
    assert isinstance(dataset, tf.data.Dataset)
    assert int(dataset.cardinality()) == len(to_epoch(dataset)) == 7


@pytest.mark.parametrize("kind", ["arrays", "unbatched"])
@pytest.mark.parametrize("include", [False, True])
def test_batches_made_here_have_static_shapes(kind, include):
    sides = (
        to_container(kind, (X, Y), 0),
        to_container(kind, (U, np.arange(24)), 0),
    )
    paired = pair(*sides, batch_size=3, include_labeled=include, verbose=0)
    inputs, y = to_dataset(paired).element_spec
    assert inputs["labeled"].shape == (3, 4, 4, 1)
    assert inputs["unlabeled"].shape == (9, 4, 4, 1)
    assert (inputs["hidden"].shape, y.shape) == ((9,), (3,))


def test_each_pass_is_the_next_epoch():
    paired = pair((X, Y), U, batch_size=4, unlabeled_ratio=2, verbose=0)
    again = pair((X, Y), U, batch_size=4, unlabeled_ratio=2, verbose=0, seed=0)
    dataset = to_dataset(paired)
    first, second = (numbers(to_epoch(dataset), "unlabeled") for _ in "12")
    assert len(first) == 5 * 8
    assert first != second
    assert len(to_dataset(again)) == 5


def test_the_data_are_freed_though_the_dataset_lives():
    paired = pair((X, Y), U, verbose=0)
    alive, dataset = weakref.ref(paired), to_dataset(paired)
    del paired
    gc.collect()
    assert alive() is None
    assert len(dataset) == 1


def test_a_distribution_strategy_reads_the_same_images():
    dataset = pair(
        (X, Y),
        U,
        batch_size=4,
        unlabeled_ratio=2,
        shuffle=False,
        include_labeled=False,
        verbose=0,
    )
    strategy = tf.distribute.MirroredStrategy(["CPU:0"])
    batches = strategy.experimental_distribute_dataset(to_dataset(dataset))
    assert numbers(list(batches), "unlabeled") == list(range(100, 124))

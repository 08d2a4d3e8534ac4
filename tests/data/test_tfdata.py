import keras
import numpy as np
import pytest

from keras_ssl.data import pair
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
    dataset = pair(*sides, steps=7, verbose=0)
    assert isinstance(dataset, tf.data.Dataset)
    assert int(dataset.cardinality()) == len(to_epoch(dataset)) == 7


@pytest.mark.parametrize("kind", ["arrays", "unbatched"])
@pytest.mark.parametrize("include", [False, True])
def test_batches_made_here_have_static_shapes(kind, include):
    sides = (
        to_container(kind, (X, Y), 0),
        to_container(kind, (U, np.arange(24)), 0),
    )
    inputs, y = pair(
        *sides, batch_size=3, include_labeled=include, verbose=0
    ).element_spec
    assert inputs["labeled"].shape == (3, 4, 4, 1)
    assert inputs["unlabeled"].shape == (9, 4, 4, 1)
    assert (inputs["hidden"].shape, y.shape) == ((9,), (3,))


def test_labeled_batches_go_on_where_the_last_epoch_ended():
    labeled = to_container("batched", (X, Y), 2)
    dataset = pair(
        labeled,
        U[:12],
        unlabeled_ratio=1,
        batch_size=4,
        verbose=0,
        include_labeled=False,
    )
    seen = sum((numbers(to_epoch(dataset), "labeled") for _ in "12345"), [])
    assert seen == [*range(10)] * 3


def test_a_reader_that_stops_early_loses_nothing():
    dataset = pair(
        (X, Y),
        U,
        batch_size=4,
        unlabeled_ratio=1,
        shuffle=False,
        include_labeled=False,
        verbose=0,
    )
    read = [next(iter(dataset)) for _ in range(6)]
    assert numbers(read, "unlabeled") == list(range(100, 124))


@pytest.mark.parametrize("looks", [0, 1, 3])
def test_a_look_ahead_while_the_unlabeled_half_stands(looks):
    dataset = pair(
        (X[:8], Y[:8]),
        U,
        batch_size=2,
        unlabeled_ratio=1,
        shuffle=False,
        include_labeled=False,
        steps=4,
        verbose=0,
    )
    dataset.reader.paused = True
    if looks:
        ahead = dataset.ahead(looks)
        assert numbers(ahead, "unlabeled") == [100, 101] * looks
        assert numbers(ahead, "labeled") == list(range(2 * looks))
    assert numbers(to_epoch(dataset), "labeled") == list(range(8))
    assert len(dataset.ahead(looks)) == looks
    dataset.reader.paused = False
    assert numbers(dataset.ahead(2), "unlabeled") == [102, 103, 104, 105]
    epoch = to_epoch(dataset)
    assert numbers(epoch, "unlabeled") == list(range(102, 110))
    assert numbers(epoch, "labeled") == list(range(8))


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
    batches = strategy.experimental_distribute_dataset(dataset)
    assert numbers(list(batches), "unlabeled") == list(range(100, 124))

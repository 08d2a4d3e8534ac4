import keras
import numpy as np
import pytest

from keras_ssl.data import pair
from keras_ssl.data import peek
from tests.data.conftest import Batches
from tests.data.conftest import images
from tests.data.conftest import numbers
from tests.data.conftest import to_container
from tests.data.conftest import to_epoch

pytestmark = pytest.mark.core

X, Y, U = images(0, 10), np.arange(10), images(100, 124)
KINDS = ["arrays", "unbatched", "batched", "PyDataset", "generator"]


def assert_alike(one, other):
    keras.tree.map_structure(np.testing.assert_array_equal, one, other)


@pytest.mark.parametrize("kind", KINDS)
def test_peek_shows_the_first_element_and_leaves_it(kind):
    sides = to_container(kind, (X, Y), 5), to_container(kind, (U,), 6)
    dataset = pair(*sides, batch_size=4, steps=4, verbose=0)
    first, again = peek(dataset), peek(dataset)
    read = to_epoch(dataset)[0]
    for expected in (again, read):
        keras.tree.map_structure(np.testing.assert_array_equal, first, expected)
    assert all(isinstance(a, np.ndarray) for a in keras.tree.flatten(first))


@pytest.mark.parametrize("kind", ["unbatched", "batched", "PyDataset"])
def test_peek_reads_what_fit_reads(kind):
    x, y = peek(to_container(kind, (X, Y), 5))
    rows = 0 if kind == "unbatched" else slice(5)
    np.testing.assert_array_equal(x, X[rows])
    np.testing.assert_array_equal(y, Y[rows])


@pytest.mark.parametrize("kind", KINDS)
def test_many_can_be_looked_at_and_come_in_their_turn(kind):
    def build():
        sides = to_container(kind, (X, Y), 5), to_container(kind, (U,), 6)
        return pair(*sides, batch_size=4, steps=4, seed=1, verbose=0)

    dataset, untouched = build(), build()
    ahead = [peek(dataset, count) for count in (2, 5, 3)]
    assert [len(each) for each in ahead] == [2, 5, 3]
    epochs = [to_epoch(dataset), to_epoch(dataset)]
    assert_alike(ahead[1], [*epochs[0], *epochs[1]][:5])
    assert_alike(ahead[2], epochs[0][:3])
    assert_alike(epochs, [to_epoch(untouched), to_epoch(untouched)])
    assert_alike(peek(dataset, 2), peek(untouched, 2))


def test_a_look_beyond_the_end_of_a_generator_costs_nothing():
    def five():
        yield from (Batches((X, Y), 2)[index] for index in range(5))

    dataset = pair(five(), U, steps=5, verbose=0)
    assert len(peek(dataset, 9)) == 5
    assert sorted(numbers(to_epoch(dataset), "labeled")) == list(range(10))


@pytest.mark.parametrize("kind", ["unbatched", "batched", "PyDataset"])
def test_many_of_what_can_be_read_twice(kind):
    dataset = to_container(kind, (X, Y), 4)
    size = 10 if kind == "unbatched" else 3
    elements = peek(dataset, 7)
    assert len(elements) == min(size, 7)
    rows = np.concatenate([np.reshape(y, -1) for _, y in elements])
    np.testing.assert_array_equal(rows, np.arange(10)[: len(rows)])
    assert len(peek([1, 2, 3], 2)) == 2


def test_a_second_reading_draws_the_same_numbers():
    class Noisy(Batches):
        def __getitem__(self, index):
            return np.random.rand(3)

    before = np.random.get_state()[1].copy()
    peek(Noisy((X, Y), 2), 3)
    np.testing.assert_array_equal(np.random.get_state()[1], before)


def test_peek_refuses_what_it_would_consume():
    with pytest.raises(TypeError, match="Received: generator.*read twice"):
        peek(to_container("generator", (X, Y), 5))
    with pytest.raises(TypeError, match="Received: int"):
        peek(3)


def test_peek_needs_an_element():
    with pytest.raises(ValueError, match="an empty dataset"):
        peek(Batches((X[:0],), 4))
    with pytest.raises(ValueError, match="an empty dataset"):
        peek([])

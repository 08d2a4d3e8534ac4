import keras
import numpy as np
import pytest

from keras_ssl.data import pair
from keras_ssl.data import peek
from tests.data.conftest import Batches
from tests.data.conftest import images
from tests.data.conftest import to_container
from tests.data.conftest import to_epoch

pytestmark = pytest.mark.core

X, Y, U = images(0, 10), np.arange(10), images(100, 124)
KINDS = ["arrays", "unbatched", "batched", "PyDataset", "generator"]


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

import os
import subprocess
import sys

import keras
import numpy as np
import pytest

from keras_ssl.data import pair
from keras_ssl.data.reader import IteratorSource
from keras_ssl.data.reader import Lookahead
from keras_ssl.data.reader import ShuffledIndices
from tests.data.conftest import images
from tests.data.conftest import numbers
from tests.data.conftest import to_container
from tests.data.conftest import to_epoch

pytestmark = pytest.mark.core

X, Y, U = images(0, 10), np.arange(10), images(100, 124)


def built(steps=None):
    return pair(
        (X, Y),
        U,
        batch_size=4,
        unlabeled_ratio=2,
        steps=steps,
        seed=0,
        verbose=0,
    )


def test_elements_can_be_read_again_until_the_epoch_ends():
    dataset = built()
    assert isinstance(dataset, keras.utils.PyDataset)
    before = [numbers([dataset[index]], "unlabeled") for index in (3, 0, 3)]
    assert before[0] == before[2] != before[1]
    dataset.on_epoch_end()
    assert numbers([dataset[3]], "unlabeled") != before[0]


def test_a_loop_over_it_goes_on_where_the_last_one_ended():
    dataset, other = built(), built()
    loops = [numbers(list(dataset), "unlabeled") for _ in range(2)]
    assert loops == [numbers(to_epoch(other), "unlabeled") for _ in range(2)]
    assert loops[0] != loops[1]


def test_five_epochs_of_four_and_a_quarter_passes():
    dataset = built(steps=17)  # 17 * 8 = 4 passes of 34, which wrap
    drawn = sum((numbers(to_epoch(dataset), "unlabeled") for _ in "12345"), [])
    counts = np.unique(drawn, return_counts=True)[1]
    assert len(counts) == 34
    assert np.ptp(counts) == 0


def test_arrays_do_not_import_tensorflow():
    pytest.importorskip("jax")
    code = (
        "import numpy as np, sys; from keras_ssl import data;"
        "x = np.zeros((4, 8, 8, 1));"
        "data.peek(data.pair((x, np.zeros(4)), x));"
        "sys.exit('tensorflow' in sys.modules)"
    )
    environment = {**os.environ, "KERAS_BACKEND": "jax"}
    subprocess.run([sys.executable, "-c", code], env=environment, check=True)


def test_what_was_looked_at_comes_in_its_turn():
    numbers = Lookahead(range(6))
    assert numbers.peek(3) == [0, 1, 2]
    assert next(numbers) == 0
    assert numbers.peek(1) == [1]
    assert numbers.peek(4) == [1, 2, 3, 4]
    assert list(numbers) == [1, 2, 3, 4, 5]


def test_nothing_is_read_before_it_is_asked_for():
    source = iter(range(6))
    numbers = Lookahead(source)
    numbers.peek(0)
    numbers.peek(2)
    assert next(source) == 2


def test_a_look_beyond_the_end():
    numbers = Lookahead("ab")
    assert numbers.peek(9) == ["a", "b"]
    assert list(numbers) == ["a", "b"]
    assert numbers.peek(1) == []
    with pytest.raises(StopIteration):
        next(numbers)


def test_an_error_is_raised_in_its_turn():
    def broken():
        yield 1
        raise ValueError("no more")

    numbers = Lookahead(broken())
    assert numbers.peek(5) == [1]
    assert next(numbers) == 1
    with pytest.raises(ValueError, match="no more"):
        next(numbers)
    with pytest.raises(ValueError, match="no more"):
        numbers.peek(1)


def test_order_runs_on_without_shuffle():
    order = ShuffledIndices(5, 3, shuffle=False, seed=0)
    drawn = np.concatenate([order(step) for step in range(5)])
    np.testing.assert_array_equal(drawn, np.arange(15) % 5)


@pytest.mark.parametrize("batch_size", [2, 3, 7, 25])
def test_each_pass_holds_every_index_once(batch_size):
    order = ShuffledIndices(7, batch_size, shuffle=True, seed=0)
    drawn = np.concatenate([order(step) for step in range(28)])
    passes = drawn[: len(drawn) // 7 * 7].reshape(-1, 7)
    assert (np.sort(passes, axis=1) == np.arange(7)).all()
    assert (passes[0] != passes[1]).any()


def test_steps_can_be_read_in_any_order():
    order = ShuffledIndices(7, 3, shuffle=True, seed=4)
    forward = [order(step).tolist() for step in range(9)]
    other = ShuffledIndices(7, 3, shuffle=True, seed=4)
    backward = [other(step).tolist() for step in reversed(range(9))]
    assert forward == backward[::-1]


def test_a_batch_read_lately_comes_again_and_others_in_their_order():
    source = IteratorSource(iter("abcdef"))
    assert [source(step) for step in (0, 1, 0, 1, 2)] == [*"ababc"]
    assert source.peek(2, 3) == ["c", "d", "e"]
    assert source(0) == "d"


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
    dataset.paused = True
    if looks:
        ahead = dataset.peek(looks)
        assert numbers(ahead, "unlabeled") == [100, 101] * looks
        assert numbers(ahead, "labeled") == list(range(2 * looks))
    assert numbers(to_epoch(dataset), "labeled") == list(range(8))
    assert len(dataset.peek(looks)) == looks
    dataset.paused = False
    assert numbers(dataset.peek(2), "unlabeled") == [100, 101, 102, 103]
    epoch = to_epoch(dataset)
    assert numbers(epoch, "unlabeled") == list(range(100, 108))
    assert numbers(epoch, "labeled") == list(range(8))


@pytest.mark.parametrize("kind", ["arrays", "PyDataset", "generator"])
def test_while_paused_no_unlabeled_batch_is_read(kind, monkeypatch):
    dataset = pair(
        to_container("arrays", (X, Y), 2),
        to_container(kind, (U,), 4),
        batch_size=2,
        steps=4,
        shuffle=False,
        include_labeled=False,
        verbose=0,
    )
    dataset.paused = True
    monkeypatch.setattr(dataset, "_unlabeled", None)
    labeled = [numbers(to_epoch(dataset), "labeled") for _ in range(2)]
    assert labeled == [list(range(8)), [8, 9, *range(6)]]

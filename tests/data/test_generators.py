import itertools
import threading

import keras
import numpy as np
import pytest

from keras_ssl.data import pair
from keras_ssl.data.generators import count_batches
from keras_ssl.data.generators import read_batches
from keras_ssl.data.halves import Line
from keras_ssl.data.halves import Options
from keras_ssl.data.halves import read_half
from tests.data.conftest import Batches
from tests.data.conftest import images

pytestmark = pytest.mark.core

U = images(0, 40)


def read(data, count, shuffle=False):
    options = Options(1, 1, False, shuffle, 0, None, None, Line(0))
    side = read_half(data, "unlabeled", None)
    batches = read_batches(side, options)
    drawn = list(itertools.islice(batches, count))
    return [int(batch[0][0, 0, 0, 0]) for batch in drawn]


def test_workers_keep_the_order_and_share_the_work():
    threads = set()

    class Slow(Batches):
        barrier = threading.Barrier(4)

        def __getitem__(self, index):
            if index < 4:
                self.barrier.wait(timeout=20)
            threads.add(threading.get_ident())
            return super().__getitem__(index)

    assert read(Slow((U,), 4, workers=4), 10) == list(range(0, 40, 4))
    assert len(threads) == 4


def test_passes_are_shuffled_each_in_its_own_way():
    drawn = read(Batches((U,), 4), 30, shuffle=True)
    passes = [drawn[:10], drawn[10:20], drawn[20:]]
    assert all(sorted(each) == list(range(0, 40, 4)) for each in passes)
    assert passes[0] != passes[1] != passes[2]


def test_callbacks_come_once_a_pass():
    class Counted(Batches):
        begun = 0

        def on_epoch_begin(self):
            self.begun += 1

    data = Counted((U,), 10)
    read(data, 9)
    assert (data.begun, data.passes) == (3, 2)


def test_a_pydataset_without_end_is_read_on_and_needs_steps():
    class Endless(keras.utils.PyDataset):
        num_batches = None

        def __getitem__(self, index):
            return np.full((2, 4, 4, 1), index, "float32")

    assert read(Endless(), 5, shuffle=True) == [0, 1, 2, 3, 4]
    labeled = (U, np.zeros(40))
    assert len(pair(labeled, Endless(), steps=3, verbose=0)) == 3
    with pytest.raises(ValueError, match="steps_per_epoch"):
        pair(labeled, Endless(), verbose=0)


def test_batches_are_checked():
    with pytest.raises(TypeError, match="Received: a list of length 3"):
        read(iter([[U, U, U]]), 1)


def test_an_iterator_is_one_pass_whatever_its_length():
    class OnePass(list):
        def __next__(self):
            return self.pop()

    batches = OnePass([U, U])
    assert len(batches) == 2
    assert count_batches(batches) is None
    assert count_batches([U, U]) == 2

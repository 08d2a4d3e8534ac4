import os
import threading

import numpy as np
import pytest

from keras_ssl.data import pair
from keras_ssl.data import to_tensorflow
from keras_ssl.data.batch_check import BatchCheck
from keras_ssl.data.tuning import DEFAULT_THREADS
from keras_ssl.data.tuning import read_ahead
from keras_ssl.data.tuning import untuned

tf = pytest.importorskip("tensorflow")
pytestmark = pytest.mark.core

DATA = tf.data.Dataset.range(8)


def is_tuned(dataset):
    return dataset.options().autotune.enabled is not False


@pytest.fixture(autouse=True)
def small_machine(monkeypatch):
    monkeypatch.setattr(os, "cpu_count", lambda: DEFAULT_THREADS)


def test_it_is_not_tuned_and_holds_the_same():
    assert not is_tuned(untuned(DATA))
    assert list(untuned(DATA).as_numpy_iterator()) == list(range(8))


def test_what_a_user_asks_for_holds():
    options = tf.data.Options()
    options.autotune.enabled = True
    asked = DATA.with_options(options)
    assert untuned(asked) is asked


def test_a_machine_with_more_cores_than_the_default_may_tune(monkeypatch):
    monkeypatch.setattr(os, "cpu_count", lambda: DEFAULT_THREADS + 1)
    assert untuned(DATA) is DATA


def test_untuned_work_is_done_by_as_many_threads():
    together = threading.Barrier(DEFAULT_THREADS, timeout=60)

    def wait(number):
        together.wait()  # fails unless all are there
        return number

    def waited(number):
        return tf.numpy_function(wait, [number], "int64")

    dataset = tf.data.Dataset.range(DEFAULT_THREADS)
    dataset = dataset.map(waited, num_parallel_calls=tf.data.AUTOTUNE)
    options = tf.data.Options()
    options.threading.private_threadpool_size = 2 * DEFAULT_THREADS
    read = untuned(dataset.with_options(options)).as_numpy_iterator()
    assert list(read) == list(range(DEFAULT_THREADS))


def test_reading_ahead_keeps_length_and_order():
    ahead = read_ahead(DATA)
    assert not is_tuned(ahead)
    assert list(ahead.as_numpy_iterator()) == list(range(8))


def test_what_training_reads_is_not_tuned(monkeypatch):
    read = []
    iterate = tf.data.Dataset.as_numpy_iterator

    def spy(dataset):
        read.append(dataset)
        return iterate(dataset)

    monkeypatch.setattr(tf.data.Dataset, "as_numpy_iterator", spy)
    x, y = np.zeros((8, 4, 4, 1)), np.zeros(8)
    labeled = tf.data.Dataset.from_tensor_slices((x, y))
    unlabeled = tf.data.Dataset.from_tensor_slices(x)
    paired = pair(labeled, unlabeled, verbose=0)
    zipped = to_tensorflow.checked(
        tf.data.Dataset.zip(labeled.batch(2), unlabeled.batch(2)), BatchCheck()
    )
    read += [to_tensorflow.to_dataset(paired), zipped]
    assert len(read) == 4
    assert not any(map(is_tuned, read))

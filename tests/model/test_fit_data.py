import itertools

import keras
import numpy as np
import pytest

from keras_ssl.data import pair
from keras_ssl.data.batch_check import BatchCheck
from keras_ssl.model.fit_data import read_fit_data
from keras_ssl.model.training_data import LabeledArrays
from keras_ssl.model.training_data import PairedData
from keras_ssl.model.training_data import TrainingData
from tests.data.conftest import Batches
from tests.data.conftest import images
from tests.data.conftest import numbers

pytestmark = pytest.mark.core

X, Y, U = images(0, 8), np.arange(8) % 3, images(100, 124)


def read(x, y=None, unlabeled=None, *, needs_unlabeled=False, **arguments):
    given = {"x": x, "y": y, "verbose": 0, **arguments}
    return read_fit_data(
        {name: value for name, value in given.items() if value is not None},
        unlabeled,
        needs_unlabeled=needs_unlabeled,
        unlabeled_ratio=2,
        include_labeled=False,
        check=BatchCheck(),
    )


def test_arrays_with_unlabeled_ones_are_paired():
    training, rest = read(X, Y, U, batch_size=4, steps_per_epoch=2)
    assert isinstance(training, PairedData)
    assert training.num_labeled == 8
    assert len(training) == 2
    assert rest["x"] is training.batches
    assert rest["shuffle"] is False
    assert not {"y", "batch_size", "steps_per_epoch"} & set(rest)
    assert rest["validation_batch_size"] == 4


def test_labeled_arrays_stay_with_keras():
    training, rest = read(X, Y, batch_size=4, epochs=2)
    assert isinstance(training, LabeledArrays)
    assert rest["x"] is X
    assert sorted(np.concatenate([y for _, y in training])) == sorted(Y)


def test_what_pair_made_is_known_for_what_it_is():
    paired = pair((X, Y), U, verbose=0)
    training, _ = read(paired)
    assert isinstance(training, PairedData)
    training.paused = True
    assert paired.paused


def test_zipped_batches_become_elements_in_every_container():
    batches = [((X[:4], Y[:4]), U[:6]), ((X[4:], Y[4:]), U[6:12])]

    class Zipped(Batches):
        def __getitem__(self, index):
            return batches[index]

    for given in (Zipped((X,), 4), iter(batches)):
        training, rest = read(given, needs_unlabeled=True)
        first, second = training.peek(2)
        assert numbers([first, second], "unlabeled") == list(range(100, 112))
        assert numbers(list(training), "labeled") == list(range(8))
        assert rest["shuffle"] is False


def test_check_images_are_of_the_validation_data_if_there_are_any():
    training, _ = read(X, Y, U, batch_size=4)
    x, y, weight = training.check_batch
    assert (len(x), len(y), weight) == (4, 4, None)
    many = np.zeros((300, 4, 4, 1)), np.zeros(300)
    training, _ = read(X, Y, U, validation_data=many)
    assert len(training.check_batch[0]) == 256


def test_a_validation_split_is_cut_off_the_end():
    _, rest = read(X, Y, U, validation_split=0.25, batch_size=2)
    np.testing.assert_array_equal(rest["validation_data"][0], X[6:])
    with pytest.raises(ValueError, match="validation_split.*not an array"):
        read(Batches((X, Y), 4), validation_split=0.25)


def test_labeled_data_alone_are_refused_where_unlabeled_are_needed():
    for given in ({"x": X, "y": Y}, {"x": Batches((X, Y), 4)}):
        with pytest.raises(ValueError, match="only labeled data.*unlabeled"):
            read(**given, needs_unlabeled=True)


@pytest.mark.skipif(
    keras.backend.backend() != "tensorflow", reason="TensorFlow's datasets"
)
def test_a_dataset_without_end_needs_steps():
    import tensorflow as tf

    endless = tf.data.Dataset.from_tensor_slices((X, Y)).batch(4).repeat()
    with pytest.raises(ValueError, match=r"without end.*leave out `.repeat"):
        read(endless)
    training, _ = read(endless, steps_per_epoch=3)
    assert isinstance(training, TrainingData)
    assert len(list(itertools.islice(training, 3))) == 3

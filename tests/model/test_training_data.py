import contextlib

import numpy as np
import pytest

from keras_ssl.data import pair
from keras_ssl.data.batch_check import BatchCheck
from keras_ssl.model.training_data import GeneratedData
from keras_ssl.model.training_data import LabeledArrays
from keras_ssl.model.training_data import PairedData
from keras_ssl.model.training_data import TrainingData
from keras_ssl.model.training_data import as_elements
from tests.data.conftest import Batches
from tests.data.conftest import images
from tests.data.conftest import numbers

pytestmark = pytest.mark.core

X, Y, U = images(0, 8), np.arange(8) % 3, images(100, 124)


def test_reading_unlabeled_images_for_a_while():
    training = PairedData(pair((X, Y), U, verbose=0))
    training.paused = True
    with contextlib.suppress(KeyError), training.reading(unlabeled=True):
        assert not training.paused
        raise KeyError
    assert training.paused


def test_a_generator_loses_no_batch_by_being_looked_at():
    batches = [((X[:2], Y[:2]), U[i : i + 2]) for i in range(0, 24, 2)]
    training = GeneratedData(iter(batches * 3), BatchCheck())
    training.peek(4)
    read = numbers(list(training.batches), "unlabeled")
    assert read == [*range(100, 124)] * 3


def test_all_kinds_are_looked_at_in_the_same_way():
    zipped = [((X[:2], Y[:2]), U[:2]), ((X[2:4], Y[2:4]), U[2:4])]
    for data in (
        TrainingData(as_elements(Batches((X, Y), 2), BatchCheck())),
        PairedData(pair((X, Y), U, batch_size=2, verbose=0)),
        GeneratedData(iter(zipped), BatchCheck()),
        LabeledArrays({"x": X, "y": Y, "batch_size": 2}),
    ):
        first, second = data.peek(2)
        for peeked, read in zip((first, second), data, strict=False):
            np.testing.assert_array_equal(peeked[1], read[1])
        assert len(data.whole()[1]) in {2, 8}


def test_each_replica_needs_an_image_of_each_half():
    data = PairedData(pair((X, Y), U, batch_size=4, verbose=0))
    data.check_sizes(4)
    with pytest.raises(ValueError, match="4 labeled images"):
        data.check_sizes(8)
    with pytest.raises(ValueError, match="labeled"):
        LabeledArrays({"x": X, "y": Y, "batch_size": 4}).check_sizes(8)

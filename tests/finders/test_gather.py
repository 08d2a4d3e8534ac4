import numpy as np
import pytest

from keras_ssl.finders.gather import UNKNOWN
from keras_ssl.finders.gather import count_images
from keras_ssl.finders.gather import gather
from tests.data.conftest import Batches


def test_a_dataset_gives_its_first_images(digits8):
    import tensorflow as tf

    x, y = digits8
    images = tf.data.Dataset.from_tensor_slices((x, y))
    for given in (images, images.batch(8), Batches((x, y), 8)):
        found = gather(given, "labeled", 20)
        np.testing.assert_array_equal(found[0], x[:20])
        np.testing.assert_array_equal(found[1], y[:20])
        assert count_images(given, found) == 128
    endless = images.repeat()
    assert count_images(endless, gather(endless, "labeled", 4)) == UNKNOWN


def test_arrays_are_given_back(digits8):
    x, y = digits8
    assert gather((x, y), "labeled", 4)[0] is x
    with pytest.raises(ValueError, match="no labeled images"):
        gather((x[:0], y[:0]), "labeled", 4)

import numpy as np
import pytest

from keras_ssl.data import pair
from keras_ssl.model.strong_labeled import check_strong_labeled_share
from keras_ssl.model.strong_labeled import decide
from keras_ssl.model.strong_labeled import times_seen
from keras_ssl.model.training_data import LabeledArrays
from keras_ssl.model.training_data import PairedData
from keras_ssl.model.training_data import TrainingData

pytestmark = pytest.mark.core
X, Y = np.zeros((20, 8, 8, 1)), np.zeros(20)


@pytest.mark.parametrize(
    ("times", "share"), [(None, 0.0), (99.9, 0.0), (100.0, 1.0)]
)
def test_auto_is_all_from_a_hundred_times_on(times, share):
    assert decide("auto", times, verbose=0) == share
    assert decide(0.3, times, verbose=0) == 0.3


@pytest.mark.parametrize("wrong", ["all", 1.5, -0.1, None])
def test_another_share_is_refused(wrong):
    with pytest.raises(ValueError, match="strong_labeled_share.*'auto'"):
        check_strong_labeled_share(wrong)


def test_how_often_labeled_arrays_are_seen():
    training = LabeledArrays({"x": X, "y": Y, "batch_size": 5})
    assert times_seen(training, {"epochs": 3}) == 3.0
    assert times_seen(training, {"epochs": 3, "steps_per_epoch": 8}) == 6.0


def test_who_does_not_know_the_number_of_images_does_not_guess():
    batches = [({"labeled": X, "unlabeled": X}, Y)]
    assert times_seen(TrainingData(batches), {"epochs": 9}) is None
    paired = PairedData(pair(iter([(X, Y)] * 9), X, steps=2, verbose=0))
    assert times_seen(paired, {"epochs": 9}) is None

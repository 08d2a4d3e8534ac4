import itertools

import keras
import numpy as np
import pytest

from keras_ssl.callbacks.predict_unlabeled import predict_unlabeled
from keras_ssl.data import pair
from keras_ssl.model.training_data import PairedData
from keras_ssl.model.training_data import TrainingData

LOGITS = keras.losses.SparseCategoricalCrossentropy(from_logits=True)
IMAGES = np.log(np.random.default_rng(0).dirichlet(np.ones(3), 6))


class Model:
    """Takes its images for logits."""

    loss = LOGITS

    def __init__(self, batches):
        self.training_data = TrainingData(batches)
        self.training_data.paused = True

    def predict_on_batch(self, images):
        assert not self.training_data.paused
        return images


def elements(batches):
    return [
        ({"labeled": None, "unlabeled": IMAGES[rows], "index": rows}, None)
        for rows in map(np.array, batches)
    ]


def test_each_image_has_the_prediction_of_its_own():
    model = Model(elements([[5, 1], [0, 2], [3, 4]]))
    found, seen = predict_unlabeled(model, 6, 3)
    np.testing.assert_allclose(found, np.exp(IMAGES), rtol=1e-5)
    assert seen.all()
    assert model.training_data.paused


def test_it_ends_when_it_has_seen_all_or_gives_up():
    data = itertools.chain(elements([[5, 1, 0], [2, 3, 4]]), iter([None]))
    predict_unlabeled(Model(data), 6, 3)
    forever = itertools.cycle(elements([[5, 1, 0]]))
    with pytest.warns(UserWarning, match="3 of 6 unlabeled images"):
        found, seen = predict_unlabeled(Model(forever), 6, 3)
    assert seen.tolist() == [True, True, False, False, False, True]
    assert not found[~seen].any()


def test_of_what_pair_made_the_next_passes_are_read():
    data = pair(
        (np.zeros((4, 1, 1, 1)), np.zeros(4)),
        IMAGES[:, None, None],
        batch_size=1,
        include_labeled=False,
        index=True,
        steps=1,  # an epoch is shorter than a pass
        verbose=0,
    )

    class Flattening(Model):
        def predict_on_batch(self, images):
            return images[:, 0, 0]

    model = Flattening([])
    model.training_data = PairedData(data)
    _, seen = predict_unlabeled(model, 6, 3)
    assert seen.all()


def test_data_must_say_which_image_is_which():
    model = Model([({"labeled": None, "unlabeled": IMAGES}, None)])
    with pytest.raises(ValueError, match="Expected 'index' too"):
        predict_unlabeled(model, 6, 3)
    assert model.training_data.paused
    with pytest.raises(ValueError, match="from 0 to 5. Expected 0 to 3"):
        predict_unlabeled(Model(elements([[0, 5]])), 4, 3)

import keras
import numpy as np
import pytest

from keras_ssl.autotrain import evaluation
from keras_ssl.autotrain.evaluation import evaluate

LOGITS = np.log([[0.1, 0.7, 0.2], [0.6, 0.3, 0.1], [0.2, 0.2, 0.6]])


@pytest.fixture
def passes():
    """A model whose outputs are the three pixels of an image."""
    return keras.Sequential([keras.Input((1, 1, 3)), keras.layers.Flatten()])


@pytest.mark.parametrize("one_hot", [False, True])
def test_it_tells_what_is_right(one_hot, passes):
    x = LOGITS.reshape(3, 1, 1, 3).astype("float32")
    y = np.array([1, 2, 2])
    found = evaluate(
        passes, (x, np.eye(3)[y] if one_hot else y), "test", logits=True
    )
    np.testing.assert_allclose(found.probabilities, np.exp(LOGITS), rtol=1e-5)
    assert found.labels.tolist() == [1, 2, 2]
    assert found.right.tolist() == [True, False, True]
    assert found.accuracy == pytest.approx(2 / 3)
    np.testing.assert_array_equal(found.images, x)


def test_probabilities_stay_as_they_are(passes):
    x = np.exp(LOGITS).reshape(3, 1, 1, 3).astype("float32")
    found = evaluate(passes, (x, np.arange(3)), "validation", logits=False)
    np.testing.assert_allclose(found.probabilities, np.exp(LOGITS), rtol=1e-5)


def test_only_some_images_are_kept_to_be_shown(passes, monkeypatch):
    monkeypatch.setattr(evaluation, "SHOWN", 40)
    x = np.random.default_rng(0).random((100, 1, 1, 3), "float32")
    found = evaluate(passes, (x, np.zeros(100, int)), "test", logits=True)
    assert len(found.probabilities) == len(found.labels) == 100
    np.testing.assert_array_equal(found.images, x[:40])

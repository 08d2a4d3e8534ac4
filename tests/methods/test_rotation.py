import numpy as np
import pytest
from keras import ops
from scipy import stats

from keras_ssl.methods.rotation import Rotation

pytestmark = pytest.mark.core


def test_each_image_is_turned_as_said():
    images = np.random.default_rng(0).normal(size=(64, 5, 5, 2))
    images = images.astype("float32")
    turned, turns = Rotation().turn(ops.convert_to_tensor(images))
    turns = ops.convert_to_numpy(turns)
    expected = [np.rot90(*pair) for pair in zip(images, turns, strict=True)]
    np.testing.assert_array_equal(ops.convert_to_numpy(turned), expected)
    assert set(turns) == {0, 1, 2, 3}


def test_turns_are_equally_likely_and_drawn_anew():
    rotation, images = Rotation(), ops.zeros((800, 2, 2, 1))
    first, second = (
        ops.convert_to_numpy(rotation.turn(images)[1]) for _ in range(2)
    )
    assert stats.chisquare(np.bincount(first)).pvalue > 0.01
    assert 0.15 < np.mean(first == second) < 0.35


def test_the_loss_is_that_of_its_dense_layer():
    random = np.random.default_rng(0)
    features = random.normal(size=(6, 3)).astype("float32")
    turns = np.array([0, 1, 2, 3, 0, 2])
    rotation = Rotation()
    rotation.build((None, 3))
    kernel, bias = random.normal(size=(3, 4)), random.normal(size=4)
    rotation.head.set_weights([kernel, bias])
    p = np.exp(features @ kernel + bias)
    p = p / p.sum(axis=1, keepdims=True)
    expected = -np.mean(np.log(p[np.arange(6), turns]))
    np.testing.assert_allclose(
        float(rotation(features, turns)), expected, rtol=1e-5
    )


def test_images_that_are_not_square_are_refused():
    with pytest.raises(
        ValueError, match="Received: images of 4 x 6.*square.*rotation_weight=0"
    ):
        Rotation().turn(ops.zeros((2, 4, 6, 1)))

import keras
import numpy as np
import pytest
from keras import ops

from keras_ssl.methods.projection import ProjectionHead
from tests.methods.with_features import project

pytestmark = pytest.mark.core


@pytest.mark.parametrize("slope", [0.0, 0.1])
def test_two_layers_then_length_one(slope):
    random = np.random.default_rng(0)
    x = random.normal(size=(6, 3)).astype("float32")
    head = ProjectionHead(4, slope)
    head.build(x.shape)
    weights = [random.normal(size=w.shape) for w in head.weights]
    head.set_weights(weights)
    z = ops.convert_to_numpy(head(x))
    np.testing.assert_allclose(z, project(x, weights, slope), rtol=1e-4)
    np.testing.assert_allclose((z**2).sum(axis=1), 1, rtol=1e-5)


def test_it_keeps_the_width_and_trains_both_layers():
    head = ProjectionHead(4)
    head.build((None, 3))
    shapes = [tuple(w.shape) for w in head.trainable_weights]
    assert shapes == [(3, 3), (3,), (3, 4), (4,)]


def test_half_precision_computes_in_float32():
    keras.config.set_dtype_policy("mixed_float16")
    random = np.random.default_rng(0)
    x = random.normal(size=(6, 3)).astype("float16")
    head = ProjectionHead(4)
    head.build(x.shape)
    weights = [random.normal(size=w.shape) for w in head.weights]
    head.set_weights(weights)
    z = head(ops.convert_to_tensor(x))
    assert "float32" in str(z.dtype)
    expected = project(x.astype("float64"), weights, 0.0)
    np.testing.assert_allclose(ops.convert_to_numpy(z), expected, rtol=1e-4)


def test_features_of_zeros_project_to_zeros():
    assert not ops.convert_to_numpy(ProjectionHead(4)(ops.zeros((2, 3)))).any()

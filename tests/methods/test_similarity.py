import keras
import numpy as np
import pytest
from keras import ops

from keras_ssl.functional import soft_cross_entropy
from keras_ssl.methods.similarity import ProjectionHead
from keras_ssl.methods.similarity import l2_normalize
from keras_ssl.methods.similarity import similarity
from keras_ssl.methods.similarity import smooth
from keras_ssl.methods.similarity import unfold
from tests.methods import golden
from tests.methods.with_features import features
from tests.methods.with_features import project
from tests.methods.with_features import softmax

pytestmark = pytest.mark.core

Q = softmax(golden.weak()).astype("float32")


def tensor(array):
    return ops.convert_to_tensor(np.asarray(array, "float32"))


def close(tensor, expected):
    np.testing.assert_allclose(
        ops.convert_to_numpy(tensor), expected, rtol=1e-5, atol=1e-6
    )


def near(c, temperature, rows=6):
    return similarity(
        tensor(features(c, rows)), tensor(features(0.5, 8)), temperature
    )


def test_golden_smoothing_of_comatch():
    n, j = np.arange(1, 9)[:, None], np.arange(1, 5)
    p = smooth(Q, near(0.9, 0.2), tensor(softmax(np.cos(n * j))), 0.9)
    close(p[0], [0.334755, 0.014776, 0.053074, 0.597395])
    close(p[3], [0.70314, 0.035894, 0.064304, 0.196662])


def test_golden_smoothing_and_unfolding_of_simmatch():
    labels = tensor(np.eye(4)[[0, 1, 2, 3] * 2])
    p = smooth(Q, near(0.9, 0.1), labels, 0.9)
    close(p[0], [0.317552, 0.100628, 0.00342, 0.5784])
    target = unfold(Q, near(0.9, 0.1), labels)
    close(ops.mean(soft_cross_entropy(target, near(1.1, 0.1))), 8.328797)


def test_entries_that_do_not_count_are_as_if_absent():
    random = np.random.default_rng(0)
    rows, memory = random.normal(size=(3, 5)), random.normal(size=(8, 5))
    labels = random.dirichlet(np.ones(4), 8)
    mask = np.arange(8) % 3 == 1
    masked = similarity(tensor(rows), tensor(memory), 0.5, mask)
    alone = similarity(tensor(rows), tensor(memory[mask]), 0.5)
    q = tensor(random.dirichlet(np.ones(4), 3))
    close(
        smooth(q, masked, tensor(labels), 0.3),
        smooth(q, alone, tensor(labels[mask]), 0.3),
    )
    unfolded = ops.convert_to_numpy(unfold(q, masked, tensor(labels)))
    close(unfold(q, alone, tensor(labels[mask])), unfolded[:, mask])
    assert not unfolded[:, ~mask].any()


def test_a_class_that_no_entry_has_unfolds_to_nothing():
    q = tensor([[0.0, 1.0]])
    labels = tensor([[1.0, 0.0], [1.0, 0.0]])
    close(unfold(q, tensor([[1.0, 2.0]]), labels), [[0.0, 0.0]])


def test_rows_of_zeros_stay_zeros():
    close(l2_normalize([[0.0, 0.0], [3.0, 4.0]]), [[0.0, 0.0], [0.6, 0.8]])


@pytest.mark.skipif(
    keras.backend.backend() != "tensorflow", reason="takes TF's gradients"
)
def test_rows_of_zeros_take_no_gradient():
    import tensorflow as tf

    rows = tf.constant([[0.0, 0.0], [3.0, 4.0]])
    with tf.GradientTape() as tape:
        tape.watch(rows)
        total = ops.sum(l2_normalize(rows))
    gradient = tape.gradient(total, rows)
    close(gradient, [[0.0, 0.0], [0.032, -0.024]])


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

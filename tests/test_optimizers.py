import keras
import numpy as np
import pytest
from keras import ops

from keras_ssl.optimizers import Muon
from keras_ssl.optimizers import is_convolution
from keras_ssl.optimizers import orthogonal

pytestmark = pytest.mark.core


def network():
    return keras.Sequential(
        [
            keras.Input((8, 8, 3)),
            keras.layers.Conv2D(4, 3),
            keras.layers.DepthwiseConv2D(3),
            keras.layers.BatchNormalization(),
            keras.layers.Flatten(),
            keras.layers.Dense(2),
        ]
    )


def quintic(matrix, iterations):
    """The iteration on singular values: what it does, written otherwise."""
    u, s, v = np.linalg.svd(matrix, full_matrices=False)
    s = s / np.linalg.norm(matrix)
    for _ in range(iterations):
        s = 3.4445 * s - 4.7750 * s**3 + 2.0315 * s**5
    return u @ np.diag(s) @ v


@pytest.mark.parametrize("shape", [(12, 5), (5, 12), (7, 7)])
@pytest.mark.parametrize("iterations", [1, 4, 5])
def test_singular_vectors_stay_and_values_go_to_one(shape, iterations):
    matrix = np.random.default_rng(0).normal(size=shape).astype("float32")
    found = np.asarray(orthogonal(matrix, iterations))
    expected = quintic(matrix.astype("float64"), iterations)
    np.testing.assert_allclose(found, expected, rtol=1e-3, atol=1e-4)


def test_only_full_convolutions_are_matrices():
    names = [v.path for v in network().trainable_variables if is_convolution(v)]
    assert [name.split("/")[-2] for name in names] == ["conv2d"]


def test_two_steps_are_those_of_the_formula_and_adam_has_the_rest():
    net = network()
    weights = net.trainable_variables
    generator = np.random.default_rng(1)
    muon, adam = Muon(0.1), keras.optimizers.Adam(0.1)
    twin = [keras.Variable(np.array(v)) for v in weights]
    muon.build(weights)
    adam.build(twin)
    kernel, m = np.array(ops.convert_to_numpy(weights[0])), 0.0
    for _ in range(2):
        grads = [generator.normal(size=v.shape).astype("float32") for v in twin]
        muon.apply(list(map(ops.convert_to_tensor, grads)), weights)
        adam.apply(list(map(ops.convert_to_tensor, grads)), twin)
        m = 0.9 * m + grads[0]
        step = quintic((grads[0] + 0.9 * m).reshape(27, 4), 4)
        kernel = kernel - 0.1 * 0.2 * 27**0.5 * step.reshape(3, 3, 3, 4)
    np.testing.assert_allclose(
        ops.convert_to_numpy(weights[0]), kernel, rtol=1e-3, atol=1e-4
    )
    for ours, theirs in zip(weights[1:], twin[1:], strict=True):
        np.testing.assert_allclose(
            ops.convert_to_numpy(ours), ops.convert_to_numpy(theirs), rtol=1e-5
        )


def test_it_trains_is_saved_and_goes_on_alike(tmp_path):
    x = np.random.default_rng(0).normal(size=(32, 8, 8, 3)).astype("float32")
    y = (x.mean((1, 2, 3)) > 0).astype("int32")
    net = network()
    loss = keras.losses.SparseCategoricalCrossentropy(from_logits=True)
    net.compile(Muon(0.02, momentum=0.8, iterations=3), loss)
    first = net.train_on_batch(x, y)
    for _ in range(9):
        last = net.train_on_batch(x, y)
    assert last < 0.7 * first
    net.save(tmp_path / "net.keras")
    loaded = keras.saving.load_model(tmp_path / "net.keras")
    assert loaded.optimizer.get_config() == net.optimizer.get_config()
    np.testing.assert_allclose(
        loaded.train_on_batch(x, y), net.train_on_batch(x, y), rtol=1e-5
    )


@pytest.mark.parametrize("wrong", [{"momentum": 1.0}, {"iterations": 0}])
def test_wrong_arguments(wrong):
    with pytest.raises(ValueError, match="Received: (momentum|iterations)="):
        Muon(**wrong)

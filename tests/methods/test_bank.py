import numpy as np
import pytest
from keras import ops

from keras_ssl.methods.bank import FeatureBank
from tests.methods.with_features import unit

pytestmark = pytest.mark.core


def contents(bank):
    return [ops.convert_to_numpy(v) for v in (bank.features, bank.labels)]


def put(bank, index, rows, labels):
    bank(
        np.array(index, "int32"),
        np.asarray(rows, "float32"),
        np.eye(3, dtype="float32")[labels],
    )


@pytest.mark.parametrize("momentum", [0.0, 0.6])
def test_numpy_oracle_over_steps(momentum):
    random = np.random.default_rng(0)
    bank = FeatureBank(9, 4, 3, momentum=momentum)
    features, labels = np.zeros((9, 4)), np.zeros((9, 3))
    known = np.arange(9) % 3
    for _ in range(6):
        index = random.permutation(8)[:4]
        rows = unit(random.normal(size=(4, 4)))
        put(bank, index, rows, known[index])
        for i, row in zip(index, rows, strict=True):
            share = momentum if labels[i].any() else 0.0
            features[i] = unit(share * features[i] + (1 - share) * row)
            labels[i] = np.eye(3)[known[i]]
        ours = contents(bank)
        np.testing.assert_allclose(ours[0], features, rtol=1e-5, atol=1e-6)
        np.testing.assert_allclose(ours[1], labels, rtol=1e-6)
        seen = ops.convert_to_numpy(bank.seen())
        np.testing.assert_array_equal(seen, labels.any(axis=1))
    assert seen.sum() == 8


def test_an_image_that_comes_twice_is_averaged_in_any_order():
    rows = unit(np.array([[1.0, 0.0], [0.0, 1.0], [1.0, 2.0]]))
    first, second = (FeatureBank(3, 2, 3, momentum=0.7) for _ in range(2))
    for bank in (first, second):
        put(bank, [1], [[-1.0, 0.0]], [2])
    put(first, [1, 1, 0], rows, [2, 2, 0])
    put(second, [0, 1, 1], rows[[2, 1, 0]], [0, 2, 2])
    for a, b in zip(contents(first), contents(second), strict=True):
        np.testing.assert_allclose(a, b, rtol=1e-6)
    features, labels = contents(first)
    expected = unit(0.7 * np.array([-1.0, 0.0]) + 0.3 * np.array([0.5, 0.5]))
    np.testing.assert_allclose(features[1], expected, rtol=1e-6)
    np.testing.assert_allclose(labels[1], [0, 0, 1])


def test_nothing_in_it_is_trained():
    bank = FeatureBank(3, 2, 3, momentum=0.7)
    assert not bank.trainable_variables
    assert len(bank.variables) == 2

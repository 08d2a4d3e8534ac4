import numpy as np
import pytest
from keras import ops

from keras_ssl.methods.bank import FeatureBank
from keras_ssl.methods.bank import MemoryQueue
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


def queued(queue):
    return [
        ops.convert_to_numpy(each)
        for each in (queue.features, queue.labels, queue.count)
    ]


def fed(size, batches):
    """A queue that took in the batches, and their rows, the latest first."""
    queue = MemoryQueue(size, 3, 2)
    random, rows, labels = np.random.default_rng(0), [], []
    for count in batches:
        new = random.normal(size=(count, 3)).astype("float32")
        new_labels = random.dirichlet(np.ones(2), count).astype("float32")
        queue(new, new_labels)
        rows = [*new, *rows]
        labels = [*new_labels, *labels]
    return queue, np.array(rows), np.array(labels)


@pytest.mark.parametrize(
    ("size", "full"), [(4, True), (6, True), (7, False), (9, False)]
)
def test_it_keeps_the_latest(size, full):
    queue, rows, labels = fed(size, [2, 2, 2])
    features, kept, count = queued(queue)
    known = min(size, 6)
    np.testing.assert_array_equal(features[:known], rows[:known])
    np.testing.assert_array_equal(kept[:known], labels[:known])
    assert not features[known:].any()
    assert not kept[known:].any()
    assert count == known
    assert bool(queue.is_full()) is full


def test_of_a_larger_batch_the_first_are_kept():
    queue, rows, _ = fed(2, [3])
    np.testing.assert_array_equal(queued(queue)[0], rows[:2])
    assert bool(queue.is_full())


def test_nothing_in_a_queue_is_trained():
    queue, _, _ = fed(4, [2])
    assert not queue.trainable_variables
    assert len(queue.variables) == 3

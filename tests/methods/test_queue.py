import numpy as np
import pytest
from keras import ops

from keras_ssl.methods.queue import MemoryQueue

pytestmark = pytest.mark.core


def contents(queue):
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
    features, kept, count = contents(queue)
    known = min(size, 6)
    np.testing.assert_array_equal(features[:known], rows[:known])
    np.testing.assert_array_equal(kept[:known], labels[:known])
    assert not features[known:].any()
    assert not kept[known:].any()
    assert count == known
    assert bool(queue.is_full()) is full


def test_of_a_larger_batch_the_first_are_kept():
    queue, rows, _ = fed(2, [3])
    np.testing.assert_array_equal(contents(queue)[0], rows[:2])
    assert bool(queue.is_full())


def test_nothing_in_it_is_trained():
    queue, _, _ = fed(4, [2])
    assert not queue.trainable_variables
    assert len(queue.variables) == 3

import numpy as np
import pytest

from keras_ssl.data.order import Order

pytestmark = pytest.mark.core


def test_order_runs_on_without_shuffle():
    order = Order(5, 3, shuffle=False, seed=0)
    drawn = np.concatenate([order(step) for step in range(5)])
    np.testing.assert_array_equal(drawn, np.arange(15) % 5)


@pytest.mark.parametrize("batch_size", [2, 3, 7, 25])
def test_each_pass_holds_every_index_once(batch_size):
    order = Order(7, batch_size, shuffle=True, seed=0)
    drawn = np.concatenate([order(step) for step in range(28)])
    passes = drawn[: len(drawn) // 7 * 7].reshape(-1, 7)
    assert (np.sort(passes, axis=1) == np.arange(7)).all()
    assert (passes[0] != passes[1]).any()


def test_steps_can_be_read_in_any_order():
    order = Order(7, 3, shuffle=True, seed=4)
    forward = [order(step).tolist() for step in range(9)]
    other = Order(7, 3, shuffle=True, seed=4)
    backward = [other(step).tolist() for step in reversed(range(9))]
    assert forward == backward[::-1]

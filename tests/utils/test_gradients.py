"""What is computed without gradient is the same, and on PyTorch takes none."""

import keras
import pytest
from keras import ops

from keras_ssl.utils.gradients import without_gradient

pytestmark = pytest.mark.core


def test_the_numbers_are_the_same_and_pytorch_keeps_nothing_for_a_gradient():
    weight = keras.Variable([1.0, 2.0])
    plain = ops.sum(weight * weight)
    with without_gradient():
        same = ops.sum(weight * weight)
    assert ops.convert_to_numpy(same) == ops.convert_to_numpy(plain) == 5.0
    assert getattr(same, "grad_fn", None) is None

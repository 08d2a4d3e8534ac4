import numpy as np
import pytest
from keras import ops

from keras_ssl.turns import quarter_turn

pytestmark = pytest.mark.core


@pytest.mark.parametrize(
    ("shape", "turns"),
    [
        ((8, 4, 4, 3), [0, 1, 2, 3] * 2),
        ((4, 5, 5, 1), [3, 3, 1, 0]),
        ((3, 4, 6, 2), [0, 2, 2]),
    ],
)
def test_equals_numpy(shape, turns):
    images = np.random.default_rng(0).normal(size=shape).astype("float32")
    expected = np.stack(
        [np.rot90(*pair) for pair in zip(images, turns, strict=True)]
    )
    turned = quarter_turn(
        ops.convert_to_tensor(images), ops.convert_to_tensor(turns, "int32")
    )
    np.testing.assert_array_equal(ops.convert_to_numpy(turned), expected)

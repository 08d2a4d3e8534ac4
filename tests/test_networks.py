import numpy as np
import pytest

from keras_ssl.networks import small_cnn

pytestmark = pytest.mark.core


@pytest.mark.parametrize(
    ("width", "parameters"),
    [(20, 110e3), (32, 280298), (43, 504e3), (86, 2e6)],
)
def test_the_sizes_are_those_that_are_said(width, parameters):
    found = small_cnn((32, 32, 3), 10, width=width).count_params()
    assert found == pytest.approx(parameters, rel=0.01)


@pytest.mark.parametrize("shape", [(8, 8, 1), (28, 28, 1), (None, None, 3)])
def test_images_of_other_shapes_give_logits(shape):
    images = np.ones((2, *(size or 16 for size in shape)), "float32")
    assert small_cnn(shape, 3, width=2)(images).shape == (2, 3)


@pytest.mark.parametrize(
    ("arguments", "said"),
    [
        (((7, 32, 3), 10), "a side of input_shape=7"),
        (((32, 32, 3), 1), "num_classes=1"),
    ],
)
def test_wrong_sizes(arguments, said):
    with pytest.raises(ValueError, match=said):
        small_cnn(*arguments)

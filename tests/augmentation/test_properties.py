"""What holds for any images: each shape is compiled anew, so not on JAX."""

import keras
import numpy as np
import pytest
from hypothesis import given
from hypothesis import settings
from hypothesis import strategies

from keras_ssl.augmentation import AUGMENTATIONS

MOST = {
    "color_jitter": {"rate": 1.0},
    "gaussian_blur": {"rate": 1.0},
    "policy": {
        "mirror": True,
        "rotate90": True,
        "rotate": 180.0,
        "color_level": 5,
        "spatial_level": 5,
    },
    "randaugment": {"num_ops": 3, "rate": 1.0},
    "random_erasing": {"rate": 1.0},
    "random_grayscale": {"rate": 1.0},
}
NAMES = sorted(set(AUGMENTATIONS) - {"kerascv"})


def pixels(kind, shape):
    """Pixels in `[0, 1]`."""
    random = np.random.default_rng(0).uniform(size=shape)
    return {
        "zeros": np.zeros(shape),
        "ones": np.ones(shape),
        "random": random,
        "whole": np.round(random * 255) / 255,
    }[kind]


@pytest.mark.parametrize("name", NAMES)
@settings(deadline=None, max_examples=8, derandomize=True)
@given(
    strategies.tuples(*[strategies.integers(1, 9)] * 3),
    strategies.sampled_from([1, 3, 4]),
    strategies.sampled_from([(0, 1), (-1, 1), (0, 255)]),
    strategies.sampled_from(["zeros", "ones", "random", "whole"]),
)
def test_keeps_shape_range_and_sense(name, shape, channels, value_range, kind):
    low, high = value_range
    share = pixels(kind, (*shape, channels))
    images = (low + (high - low) * share).astype("float32")
    options = MOST.get(name, {}) | {"value_range": value_range, "seed": 0}
    layer = AUGMENTATIONS[name](**options)
    batch = {"images": images, "labels": np.ones((shape[0], 2), "float32")}
    result = keras.ops.convert_to_numpy(layer(batch)["images"])
    assert result.shape == images.shape
    assert result.dtype == np.float32
    assert np.isfinite(result).all()
    slack = 1e-6 * (high - low)
    assert low - slack <= result.min() <= result.max() <= high + slack

import keras
import numpy as np
import pytest


@pytest.fixture
def pictures():
    """Forty smooth random pictures (24, 24, 3), none like another."""
    random = np.random.default_rng(0)
    coarse = random.random((40, 5, 5, 3))
    smooth = keras.ops.image.resize(
        coarse, (24, 24), data_format="channels_last"
    )
    return keras.ops.convert_to_numpy(smooth).astype("float32")

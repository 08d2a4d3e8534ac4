import base64
import io

import numpy as np
import pytest
from PIL import Image

from keras_ssl.report.png import png_address


@pytest.mark.parametrize("shape", [(5, 7), (5, 7, 1), (5, 7, 3)])
def test_other_programs_read_the_same_pixels(shape):
    image = np.random.default_rng(0).integers(0, 256, shape).astype("uint8")
    kind, _, content = png_address(image).partition(",")
    assert kind == "data:image/png;base64"
    read = Image.open(io.BytesIO(base64.b64decode(content)))
    expected = image.squeeze(-1) if shape == (5, 7, 1) else image
    np.testing.assert_array_equal(np.asarray(read), expected)

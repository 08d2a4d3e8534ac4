import base64
import io
import sys

import numpy as np
import pytest
from PIL import Image

from keras_ssl.report.samples import make_samples
from keras_ssl.report.samples import png_address

P = [[0.9, 0.1], [0.2, 0.8], [0.7, 0.3], [0.6, 0.4], [0.1, 0.9]]
Y = [0, 0, 1, 0, 1]  # the second and third are mistaken


def samples(count, y=Y):
    images = np.linspace(0, 1, 5)[:, None, None, None] * np.ones((5, 4, 4, 1))
    return make_samples(images, P, y, class_names=["cat", "dog"], count=count)


def test_chooses_the_surest_mistakes_and_then_others():
    chosen = [(s.label, s.prediction, s.confidence) for s in samples(4)]
    assert chosen == [
        ("cat", "dog", 0.8),
        ("dog", "cat", 0.7),
        ("cat", "cat", 0.9),
        ("cat", "cat", 0.6),
    ]
    assert [s.confidence for s in samples(2)] == [0.8, 0.9]


def test_fills_up_with_mistakes_where_nothing_is_right():
    wrong = samples(4, [1, 0, 1, 1, 0])
    assert [s.confidence for s in wrong] == [0.9, 0.9, 0.8, 0.7]


def test_shows_each_image_as_it_is():
    first, second, *_ = samples(4)
    assert first.image.startswith("data:image/png;base64,")
    assert first.image != second.image
    assert len(samples(12)) == 5


@pytest.mark.parametrize("shape", [(5, 7), (5, 7, 3)])
def test_other_programs_read_the_same_pixels(shape):
    image = np.random.default_rng(0).integers(0, 256, shape).astype("uint8")
    kind, _, content = png_address(image).partition(",")
    assert kind == "data:image/png;base64"
    read = Image.open(io.BytesIO(base64.b64decode(content)))
    np.testing.assert_array_equal(np.asarray(read), image)


def test_without_pillow_there_are_none(monkeypatch):
    monkeypatch.setitem(sys.modules, "PIL", None)
    with pytest.warns(UserWarning, match=r"no images: .*keras_ssl\[report\]"):
        assert samples(4) == []

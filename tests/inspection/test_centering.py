import numpy as np
import pytest

from keras_ssl.inspection.centering import chunks
from keras_ssl.inspection.centering import move_to_middle

pytestmark = pytest.mark.core


@pytest.mark.parametrize("background", [0, 90])
def test_what_is_shown_moves_to_the_middle(background):
    image = np.full((1, 9, 9), background, "uint8")
    image[0, 1:4, 5:8] = 200
    expected = np.full((1, 9, 9), background, "uint8")
    expected[0, 3:6, 3:6] = 200
    assert (move_to_middle(image) == expected).all()


def test_blank_images_stay():
    assert (move_to_middle(np.full((2, 6, 6), 7, "uint8")) == 7).all()


def test_chunks_cover_all_rows():
    rows = np.arange(20_000)
    assert sum(len(rows[at]) for at in chunks(len(rows))) == 20_000

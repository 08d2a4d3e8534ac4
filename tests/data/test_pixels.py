import tracemalloc

import numpy as np
import pytest
from keras import ops

from keras_ssl.data.pixels import CHUNK
from keras_ssl.data.pixels import name_rows
from keras_ssl.data.pixels import scan

pytestmark = pytest.mark.core
ROW = 8 * 8 * 3 * 4  # bytes of an image


@pytest.fixture
def images():
    """More images than fit into two chunks."""
    many = 2 * CHUNK // ROW + 5
    return np.linspace(0, 1, many * 192, dtype="float32").reshape(-1, 8, 8, 3)


def test_all_chunks_count(images):
    images[3, 0, 0, 0], images[-1, 7, 7, 2] = -2, 7
    pixels = scan(images)
    assert (pixels.low, pixels.high, len(pixels.broken)) == (-2, 7, 0)
    assert pixels.outside((0, 1)).tolist() == [3, len(images) - 1]


@pytest.mark.parametrize("broken", [np.nan, np.inf, -np.inf])
def test_rows_that_are_no_numbers_are_named(images, broken):
    images[[2, -1], 5] = broken
    assert scan(images).broken.tolist() == [2, len(images) - 1]


def test_a_mapped_file_is_read_in_chunks(images, tmp_path):
    np.save(tmp_path / "x.npy", images.astype("float64"))
    mapped = np.load(tmp_path / "x.npy", mmap_mode="r")
    tracemalloc.start()
    try:
        assert scan(mapped).high == 1
        assert tracemalloc.get_traced_memory()[1] < images.nbytes
    finally:
        tracemalloc.stop()


def test_tensors_and_other_types():
    for dtype in ("uint8", "int32", "float16", "float64"):
        assert scan(np.full((2, 1, 1, 1), 3, dtype)).high == 3
    assert scan(ops.ones((2, 1, 1, 1))).low == 1


def test_naming_rows():
    assert name_rows(np.arange(5)) == "rows 0, 1, 2, 3, 4"

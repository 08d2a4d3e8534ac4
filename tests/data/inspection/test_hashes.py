import sys

import numpy as np
import pytest

from keras_ssl.data.inspection import hashes
from keras_ssl.data.inspection.hashes import close_pairs
from keras_ssl.data.inspection.hashes import hash_images

pytestmark = pytest.mark.core


def found(values):
    values = np.array(values, "uint64")
    return [
        pair
        for first, second in close_pairs(values)
        for pair in zip(first.tolist(), second.tolist(), strict=True)
    ]


def test_pairs_differ_in_six_bits_at_most():
    assert found([0, 0b111111, 0b1111111, 2**64 - 1]) == [(0, 1), (1, 2)]


def test_blocks_find_what_one_block_finds(monkeypatch):
    values = np.random.default_rng(0).integers(0, 2**9, 60)
    whole = found(values)
    monkeypatch.setattr(hashes, "PAIRS", 150)
    assert sorted(found(values)) == sorted(whole)
    assert len(whole) > 60


def test_the_closest_pairs_are_kept_if_there_are_too_many(monkeypatch):
    monkeypatch.setattr(hashes, "MOST", 1)
    monkeypatch.setattr(hashes, "PAIRS", 5)
    assert found([0, 1, 3, 7, 0]) == [(0, 4), (1, 2), (2, 3), (3, 4)]


def test_hashes_ignore_brightness():
    random = np.random.default_rng(0)
    images = random.integers(0, 100, (5, 16, 16)).astype("uint8")
    plain, bright = hash_images(images), hash_images(images * 2 + 10)
    assert np.bitwise_count(plain ^ bright).max() <= 2
    assert len(set(plain.tolist())) == 5


def test_a_missing_library_is_an_error_that_names_the_extra(monkeypatch):
    monkeypatch.setitem(sys.modules, "imagehash", None)
    with pytest.raises(ImportError, match=r"keras_ssl\[inspect\].*=False"):
        hashes.import_libraries()

import sys

import numpy as np
import pytest

from keras_ssl.inspection import duplicates
from keras_ssl.inspection.duplicates import Comparison
from keras_ssl.inspection.duplicates import close_pairs
from keras_ssl.inspection.duplicates import find_near
from keras_ssl.inspection.duplicates import find_overlaps
from keras_ssl.inspection.duplicates import hash_images
from keras_ssl.inspection.scan import look

pytestmark = pytest.mark.core


def overlaps(near=False, max_images=100, **parts):
    looks = [look(x, role, max_images, near) for role, x in parts.items()]
    return {(x.first, x.second): x for x in find_overlaps(looks, near=near)}


def test_equal_images_are_found_within_and_across(pictures):
    labeled = pictures[[0, 1, 2, 1, 1]], np.array([5, 6, 7, 6, 0])
    found = overlaps(
        labeled=labeled,
        unlabeled=pictures[10:20],
        test=(pictures[[30, 2, 12, 2]], np.array([1, 7, 1, 8])),
    )
    assert found["labeled", "labeled"].exact == ((1, 3), (1, 4))
    assert found["labeled", "labeled"].conflicts == 1
    assert found["labeled", "test"].exact == ((2, 1), (2, 3))
    assert found["labeled", "test"].conflicts == 1
    assert found["unlabeled", "test"].exact == ((2, 2),)
    assert found["unlabeled", "test"].conflicts == 0
    assert found["test", "test"].exact == ((1, 3),)
    assert found["labeled", "unlabeled"].exact == ()
    assert len(found) == 6


def test_near_copies_are_found_besides_equal_ones(pictures):
    test = np.concatenate([pictures[[5]], pictures[[7]] * 0.8 + 0.1])
    found = overlaps(True, unlabeled=pictures, test=(test, np.zeros(2)))
    assert found["unlabeled", "test"].exact == ((5, 0),)
    assert found["unlabeled", "test"].near == ((7, 1),)
    assert found["unlabeled", "unlabeled"].near == ()


def test_blank_images_are_not_near_to_one_another(pictures):
    blank = np.stack([np.full_like(pictures[0], v) for v in (0.1, 0.5)])
    found = overlaps(True, unlabeled=np.concatenate([pictures, blank]))
    assert found["unlabeled", "unlabeled"].near == ()


def test_only_blank_images_are_no_problem(pictures):
    found = overlaps(True, unlabeled=np.zeros((3, 8, 8, 1), "float32"))
    assert len(found["unlabeled", "unlabeled"].exact) == 2


def test_parts_of_other_sizes_are_compared(pictures):
    large = pictures.repeat(2, axis=1).repeat(2, axis=2)
    found = overlaps(True, unlabeled=pictures, test=(large, np.zeros(40)))
    pairs = found["unlabeled", "test"].near
    assert all(first == second for first, second in pairs)
    assert len(pairs) > 35


def test_pairs_name_rows_of_the_data_also_in_a_sample(pictures):
    pictures = pictures[:9].copy()
    pictures[8] = pictures[4]
    found = overlaps(unlabeled=pictures, max_images=3)
    assert found["unlabeled", "unlabeled"].exact == ((4, 8),)


@pytest.fixture
def thumbnails():
    """Thirty images of 28 x 28 with an object in their middle."""
    random = np.random.default_rng(0)
    object_ = random.integers(40, 220, (30, 5, 5)).repeat(4, 1).repeat(4, 2)
    return np.pad(object_, ((0, 0), (4, 4), (4, 4))).astype("uint8")


def copies(images, kind):
    if kind == "brighter":
        return (images * 1.1 + 10).astype("uint8")
    if kind == "shifted":
        return np.roll(images, (1, 1), (1, 2))
    noise = np.random.default_rng(1).normal(0, 3, images.shape)
    return np.clip(images + noise, 0, 255).astype("uint8")


@pytest.mark.parametrize("kind", ["brighter", "shifted", "noisy"])
def test_most_copies_are_found_and_nothing_else(thumbnails, kind):
    both = np.concatenate([thumbnails, copies(thumbnails, kind)])
    part = np.repeat([0, 1], 30)
    found = find_near(both, part, 2)
    right = found[30:, 0] == np.arange(30)
    assert right.sum() >= 25
    assert (found[30:, 0][~right] == -1).all()
    assert (found[:30] == -1).all()
    assert (found[30:, 1] == -1).all()


def test_the_most_similar_image_is_named(thumbnails):
    worse = copies(thumbnails, "noisy")[:1]
    three = np.concatenate([worse, thumbnails[:1], thumbnails[:1]])
    assert find_near(three, np.zeros(3, int), 1).tolist() == [[-1], [0], [1]]


def test_comparison_is_the_correlation_inside_the_margin(thumbnails):
    first, second = thumbnails[:2, 2:-2, 2:-2].reshape(2, -1)
    found = Comparison(thumbnails)(np.array([0, 0]), np.array([1, 0]))
    expected = [np.corrcoef(first, second)[0, 1], 1]
    np.testing.assert_allclose(found, expected, atol=1e-5)


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
    monkeypatch.setattr(duplicates, "PAIRS", 150)
    assert sorted(found(values)) == sorted(whole)
    assert len(whole) > 60


def test_the_closest_pairs_are_kept_if_there_are_too_many(monkeypatch):
    monkeypatch.setattr(duplicates, "MOST", 1)
    monkeypatch.setattr(duplicates, "PAIRS", 5)
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
        duplicates.import_libraries()

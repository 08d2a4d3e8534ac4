import numpy as np
import pytest

from keras_ssl.data.inspection.duplicates import find_overlaps
from keras_ssl.data.inspection.look import look

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

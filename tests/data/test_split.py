import numpy as np
import pytest

from keras_ssl.data import split

pytestmark = pytest.mark.core

BALANCED = np.arange(200) % 10
IMBALANCED = np.repeat([0, 1, 2], [100, 5, 50])


def counts(y, index):
    return np.bincount(y[index], minlength=y.max() + 1).tolist()


def test_parts_are_disjoint_and_cover_everything():
    parts = split(BALANCED, 40, num_validation=30)
    together = [*parts.labeled, *parts.validation, *parts.unlabeled]
    assert sorted(together) == list(range(200))
    assert [len(parts.labeled), len(parts.validation)] == [40, 30]


def test_class_counts_differ_by_at_most_one():
    parts = split(BALANCED, 43, num_validation=27, num_unlabeled=55)
    for index in (parts.labeled, parts.validation, parts.unlabeled):
        assert np.ptp(counts(BALANCED, index)) == 1


def test_rare_classes_give_all_they_can_and_others_fill_up():
    parts = split(IMBALANCED, 40)
    assert sorted(counts(IMBALANCED, parts.labeled)) == [5, 17, 18]
    assert counts(IMBALANCED, parts.labeled)[1] == 5


def test_unlabeled_images_keep_the_frequencies():
    parts = split(IMBALANCED, 3, num_unlabeled=76)
    assert counts(IMBALANCED, parts.unlabeled) == [50, 2, 24]


def test_parts_may_keep_the_frequencies_with_each_class_in_them():
    parts = split(IMBALANCED, 31, num_validation=10, balanced=False)
    assert counts(IMBALANCED, parts.labeled) == [19, 2, 10]
    assert counts(IMBALANCED, parts.validation) == [6, 1, 3]
    parts = split(IMBALANCED, 31, num_validation=2, balanced=False)
    assert counts(IMBALANCED, parts.validation) == [1, 0, 1]


def test_one_label_a_class_reaches_even_the_rarest():
    parts = split(IMBALANCED, 3, num_validation=9)
    assert counts(IMBALANCED, parts.labeled) == [1, 1, 1]


@pytest.mark.parametrize(
    "y", [BALANCED[:, None], np.eye(10)[BALANCED], BALANCED.tolist()]
)
def test_shape_of_labels_does_not_matter(y):
    expected = split(BALANCED, 40)
    np.testing.assert_array_equal(split(y, 40).labeled, expected.labeled)


def test_seed_decides():
    one, same, other = (split(BALANCED, 40, seed=s) for s in (1, 1, 2))
    np.testing.assert_array_equal(one.labeled, same.labeled)
    assert set(one.labeled) != set(other.labeled)


def test_validation_does_not_depend_on_the_number_of_labels():
    few = split(BALANCED, 10, num_validation=50, seed=3)
    many = split(BALANCED, 100, num_validation=50, seed=3)
    np.testing.assert_array_equal(few.validation, many.validation)
    assert set(few.labeled) < set(many.labeled)


def test_order_is_not_by_class():
    labels = np.sort(BALANCED)
    drawn = labels[split(labels, 100).labeled]
    assert (np.diff(drawn) < 0).sum() > 20


@pytest.mark.parametrize(
    ("sizes", "words"),
    [
        ({"num_labeled": 201}, "labels of 200 images.*Lower"),
        (
            {"num_labeled": 100, "num_validation": 90, "num_unlabeled": 11},
            "201 in all",
        ),
        ({"num_labeled": 9}, "10 classes.*num_labeled=10 or more"),
        ({"num_labeled": 10, "num_validation": -1}, "=-1.*0 or more"),
    ],
)
def test_impossible_sizes_are_errors(sizes, words):
    with pytest.raises(ValueError, match=words):
        split(BALANCED, **sizes)

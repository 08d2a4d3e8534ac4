import numpy as np
import pytest

from keras_ssl.inspection.contradictions import check_forms
from keras_ssl.inspection.contradictions import check_range
from keras_ssl.inspection.contradictions import check_shape
from keras_ssl.inspection.scan import look

pytestmark = pytest.mark.core


def part(high=1.0, shape=(4, 4, 1), dtype="float32", low=0.0):
    pixels = np.linspace(low, high, 2 * np.prod(shape)).astype(dtype)
    return look(pixels.reshape(2, *shape), "unlabeled", 9, False).facts


def parts(**highs):
    return {role: part(high) for role, high in highs.items()}


@pytest.mark.parametrize("expected", [None, (4, 4, 1), (None, None, 1)])
def test_shapes_that_fit(expected):
    check_shape(part(), "labeled", expected)


@pytest.mark.parametrize(
    ("shape", "expected", "words"),
    [
        ((4, 4, 1), (8, 8, 1), r"test images.*\(4, 4, 1\).*resize\(x, \(8, 8"),
        ((4, 4, 1), (None, None, 3), "repeat"),
        ((4, 4, 3), (4, 4, 1), "rgb_to_grayscale"),
        ((4, 4, 1), (16,), "whose input is an image"),
    ],
)
def test_shapes_that_do_not_fit(shape, expected, words):
    with pytest.raises(ValueError, match=words):
        check_shape(part(shape=shape), "test", expected)


@pytest.mark.parametrize(
    ("highs", "expected"),
    [
        ({"labeled": 1.0}, (0, 1)),
        ({"labeled": 0.3, "unlabeled": 1.0, "test": 0.2}, (0, 1)),
        ({"labeled": 90, "validation": 80, "test": 250}, (0, 255)),
    ],
)
def test_ranges_that_agree(highs, expected):
    assert check_range(parts(**highs), "auto") == expected


@pytest.mark.parametrize(
    ("highs", "words"),
    [
        (
            {"labeled": 1, "validation": 255},
            r"Labeled and validation images.*validation pixels.*x / 255",
        ),
        (
            {"labeled": 90, "unlabeled": 250, "test": 1},
            "Unlabeled and test images differ in range.*test pixels",
        ),
        ({"labeled": 90, "test": 80}, "labeled pixels.*not|not a usual"),
    ],
)
def test_ranges_that_disagree_name_the_parts(highs, words):
    with pytest.raises(ValueError, match=words):
        check_range(parts(**highs), "auto")


def test_a_given_range_is_kept_and_checked():
    assert check_range(parts(labeled=5, test=4), (-2, 5)) == (-2, 5)
    with pytest.raises(ValueError, match="Some test pixels are outside"):
        check_range(parts(labeled=5, test=9), (-2, 5))


def test_types_and_sizes_have_to_be_alike():
    splits = {"labeled": part(255), "test": part(255, dtype="uint8")}
    with pytest.raises(ValueError, match="labeled images of float32, test"):
        check_range(splits, "auto")
    splits["test"] = part(255, shape=(5, 5, 1))
    with pytest.raises(ValueError, match="Labeled and test images.*in size"):
        check_range(splits, "auto")


def labeled(labels):
    images = np.zeros((len(labels), 2, 2, 1), "float32")
    return look((images, np.asarray(labels)), "labeled", 9, False).facts


@pytest.mark.parametrize(
    ("ours", "theirs"),
    [
        ([0, 1], np.eye(2)),
        (np.eye(2), [0, 1]),
        (np.eye(2), np.ones((1, 2))),
    ],
)
def test_labels_of_two_forms_are_errors(ours, theirs):
    splits = {"labeled": labeled(ours), "validation": labeled(theirs)}
    with pytest.raises(ValueError, match="The validation labels have another"):
        check_forms(splits)


def test_forms_that_go_together():
    rows = labeled(np.eye(2))
    check_forms({"labeled": rows, "test": labeled([[0.3, 0.7]])})
    check_forms({"labeled": labeled(np.ones((1, 2))), "validation": rows})
    check_forms({"labeled": rows, "unlabeled": labeled([0, 1])})

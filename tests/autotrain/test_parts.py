import numpy as np
import pytest

from keras_ssl.autotrain.parts import identify
from keras_ssl.autotrain.parts import make_parts

pytestmark = pytest.mark.core
X = np.arange(40, dtype="float32").reshape(40, 1, 1, 1)
Y = np.arange(40) % 4


def test_a_fifth_of_the_labeled_images_is_cut_evenly_by_class():
    parts = make_parts((X, Y), X, None, None, seed=1)
    x, y = parts.validation
    assert np.bincount(y).tolist() == [2, 2, 2, 2]
    assert len(parts.labeled[0]) == 32
    everything = np.concatenate([x, parts.labeled[0]]).ravel()
    assert sorted(everything) == X.ravel().tolist()
    np.testing.assert_array_equal(x.ravel() % 4, y)
    assert parts.note == "8 of the 40 labeled images"


@pytest.mark.parametrize(
    ("counts", "cut"),
    [
        ([70, 20, 10], [13, 4, 3]),
        ([30, 10, 3], [5, 2, 1]),
        ([30, 30, 1], [6, 6, 0]),  # the only image of a class teaches it
    ],
)
def test_classes_are_as_frequent_in_both_parts(counts, cut):
    y = np.repeat([0, 1, 2], counts)
    parts = make_parts((y, y), X, None, None, seed=0)
    found = np.bincount(parts.validation[1], minlength=3)
    assert found.tolist() == cut
    left = np.bincount(parts.labeled[1], minlength=3)
    assert (found + left).tolist() == counts


def test_each_class_has_an_image_in_both_parts():
    parts = make_parts((X[:8], Y[:8]), X, None, None, seed=0)
    assert sorted(parts.labeled[1]) == sorted(parts.validation[1])


def test_weights_are_cut_with_their_images():
    parts = make_parts((X, Y, X.ravel()), X, None, None, seed=0)
    for x, _, weight in (parts.labeled, parts.validation):
        np.testing.assert_array_equal(x.ravel(), weight)


def test_the_seed_decides_which():
    cuts = [
        make_parts((X, Y), X, None, None, seed=seed).validation[0]
        for seed in (0, 0, 1)
    ]
    np.testing.assert_array_equal(cuts[0], cuts[1])
    assert not np.array_equal(cuts[0], cuts[2])


def test_given_validation_images_stay():
    parts = make_parts((X, Y), X, (X[:2], Y[:2]), None, seed=0)
    assert len(parts.labeled[0]) == 40
    assert parts.note == "given"


def test_what_cannot_be_cut_is_refused():
    with pytest.raises(ValueError, match="no arrays.*`validation=`"):
        make_parts(iter([]), X, None, None, seed=0)
    with pytest.raises(ValueError, match="4 labeled images of 4 classes"):
        make_parts((X[:4], Y[:4]), X, None, None, seed=0)


def test_images_are_known_by_their_pixels():
    x, y = np.zeros((3, 2)), np.arange(3)
    assert identify((x, y)) == identify((x.copy(), y.copy()))
    assert identify((x, y)).startswith("3 images, ")
    assert len({identify((x, y)), identify((x + 1, y)), identify(x)}) == 3
    assert identify(None) is identify(iter([])) is None

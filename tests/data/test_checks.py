import numpy as np
import pytest

from keras_ssl.data import check_images

pytestmark = pytest.mark.core


def images(low, high, shape=(2, 4, 4, 3), dtype="float32"):
    return np.linspace(low, high, np.prod(shape)).reshape(shape).astype(dtype)


@pytest.mark.parametrize(
    ("given", "expected"),
    [
        (images(0, 1), (0, 1)),
        (images(0, 0), (0, 1)),
        (images(0.2, 0.4), (0, 1)),
        (images(-1e-7, 1 + 1e-7), (0, 1)),
        (images(-1, 1), (-1, 1)),
        (images(-0.9, 0.95), (-1, 1)),
        (images(0, 255), (0, 255)),
        (images(3, 200), (0, 255)),
        (images(0, 255, dtype="int64"), (0, 255)),
        (images(0, 90, dtype="uint8"), (0, 255)),
        (images(0, 1, dtype="float16"), (0, 1)),
    ],
)
def test_range_is_told(given, expected):
    assert check_images(given) == expected


@pytest.mark.parametrize(
    ("labeled", "unlabeled", "expected"),
    [
        (images(-1, 1), images(-0.9, 0.95), (-1, 1)),
        (images(0, 1), images(0.1, 0.5), (0, 1)),
        (images(0, 90), images(0, 240), (0, 255)),
        (images(0, 240), images(0, 90), (0, 255)),
    ],
)
def test_a_narrower_side_is_fine(labeled, unlabeled, expected):
    assert check_images(labeled, unlabeled) == expected


@pytest.mark.parametrize(
    ("labeled", "unlabeled", "words"),
    [
        (images(0, 1), images(-1, 1), r"\[0, 1\].*\[-1, 1\].*\(x \+ 1\) / 2"),
        (images(-1, 1), images(0, 255), r"\[-1, 1\].*\[0, 255\].*127.5 - 1"),
        (images(0, 255), images(0, 1), r"\[0, 255\].*\[0, 1\].*x \* 255"),
        (images(-2.1, 2.6), images(0, 1), r"no usual range; unlab.*\[0, 1\]"),
    ],
)
def test_ranges_that_differ_name_both_and_the_fix(labeled, unlabeled, words):
    with pytest.raises(ValueError, match=words):
        check_images(labeled, unlabeled)


@pytest.mark.parametrize("high", [2, 16, 128])
def test_unusual_range_asks_for_value_range(high):
    with pytest.raises(ValueError, match=rf"value_range=\(0, {high}\)"):
        check_images(images(0, high))
    assert check_images(images(0, high), value_range=(0, high)) == (0, high)


def test_given_range_must_hold_the_pixels():
    with pytest.raises(ValueError, match=r"unlabeled.*to 2, .*\(0, 1\)"):
        check_images(images(0, 1), images(0, 2), value_range=(0, 1))


@pytest.mark.parametrize("size", [(8, 4, 3), (4, 8, 3), (4, 4, 1)])
def test_sizes_must_agree(size):
    with pytest.raises(ValueError, match="differ in size.*Resize"):
        check_images(images(0, 1), images(0, 1, (2, *size)))


def test_number_of_images_may_differ():
    assert check_images(images(0, 1), images(0, 1, (9, 4, 4, 3))) == (0, 1)


@pytest.mark.parametrize("shape", [(8,), (2, 8), (2, 4, 4), (2, 1, 4, 4, 3)])
def test_only_images_pass(shape):
    with pytest.raises(ValueError, match="without image input.*None"):
        check_images(images(0, 1, shape))


@pytest.mark.parametrize("reverse", [False, True])
def test_integers_do_not_go_with_floats(reverse):
    sides = [images(0, 255, dtype="uint8"), images(0, 255)]
    with pytest.raises(ValueError, match="uint8.*float32|float32.*uint8"):
        check_images(*sides[:: -1 if reverse else 1])


@pytest.mark.parametrize("broken", [np.nan, np.inf, -np.inf])
def test_pixels_must_be_finite(broken):
    bad = images(0, 1)
    bad[1, 2, 3, 0] = broken
    with pytest.raises(ValueError, match="unlabeled.*in 1 of 2 images"):
        check_images(images(0, 1), bad)
    with pytest.raises(ValueError, match="labeled.*NaN or infinite"):
        check_images(bad, value_range=(0, 1))


def test_a_missing_channel_axis_is_named_before_the_size():
    with pytest.raises(ValueError, match="labeled data are not images"):
        check_images(images(0, 1, (5, 4, 4)), images(0, 1))


def test_a_range_of_bytes_for_images_from_0_to_1_is_refused():
    images = np.linspace(0, 1, 48, dtype="float32").reshape(1, 4, 4, 3)
    with pytest.raises(
        ValueError, match=r"to 1, and.*Pass `value_range=\(0, 1"
    ):
        check_images(images, value_range=(0, 255))
    assert check_images(0 * images, value_range=(0, 255)) == (0, 255)
    assert check_images(2 * images, value_range=(0, 255)) == (0, 255)

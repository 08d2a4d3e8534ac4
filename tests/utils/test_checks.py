import numpy as np
import pytest

from keras_ssl.utils.checks import check_number
from keras_ssl.utils.checks import suggest_keywords

NONE = [True, "1", None, [1], float("nan"), float("inf")]


@pytest.mark.parametrize("wrong", [*NONE, -0.1, 1.1])
def test_what_is_no_share_is_refused(wrong):
    with pytest.raises(ValueError, match="Received: p=.*a number, from 0 to 1"):
        check_number("p", wrong, 0, 1)


@pytest.mark.parametrize("wrong", [*NONE, 0, 1.0, np.True_])
def test_what_is_no_count_is_refused(wrong):
    with pytest.raises(ValueError, match="whole number, 1 or more.*=1"):
        check_number("n", wrong, 1, integer=True)


def test_open_ends_are_refused_and_said():
    assert check_number("m", 0.5, above=0, below=1) == 0.5
    for wrong in (0, 1):
        with pytest.raises(ValueError, match="greater than 0 and less than 1"):
            check_number("m", wrong, above=0, below=1)


def test_numbers_of_numpy_are_numbers():
    assert type(check_number("n", np.int64(2), 1, integer=True)) is int
    assert check_number("p", np.float32(0.5), 0, 1) == 0.5


def test_an_unknown_keyword_is_answered_with_the_nearest_one():
    @suggest_keywords
    def fit(x, *, unlabeled_data=None):
        return x, unlabeled_data

    assert fit(1, unlabeled_data=2) == (1, 2)
    with pytest.raises(TypeError, match="Did you mean `unlabeled_data=`"):
        fit(1, unlabelled_data=2)
    with pytest.raises(
        TypeError,
        match=r"Expected one of \['unlab.*'x'\]\. Pass one of these\.$",
    ):
        fit(1, zzz=2)

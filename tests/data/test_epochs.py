import numpy as np
import pytest

from keras_ssl.data.epochs import Stream
from keras_ssl.data.epochs import count_steps
from keras_ssl.data.epochs import summary

pytestmark = pytest.mark.core

ELEMENT = ({"labeled": np.zeros(64), "unlabeled": np.zeros(448)}, np.zeros(64))


def test_an_epoch_is_one_pass_over_the_unlabeled_images():
    assert count_steps(Stream(None, length=24_500 / 448), None) == 55
    assert count_steps(Stream(None, length=9), None) == 9
    assert count_steps(Stream(None, length=9), 3) == 3
    assert count_steps(Stream(None), 7) == 7


def test_summary_gives_the_true_figures():
    labeled = Stream(None, length=5_000 / 64)
    unlabeled = Stream(None, length=24_500 / 448)
    assert summary(55, labeled, unlabeled, ELEMENT) == (
        "1 epoch = 55 steps of 64 labeled + 448 unlabeled images; every "
        "unlabeled image is seen once, every labeled one 0.7 times."
    )


def test_summary_says_nothing_of_images_that_are_not_read():
    streams = Stream(None, length=5_000 / 64), Stream(None, length=10)
    assert summary(55, *streams, ELEMENT, paused=True) == (
        "1 epoch = 55 steps of 64 labeled images; every labeled image is seen "
        "0.7 times."
    )


@pytest.mark.parametrize(
    ("size", "words"),
    [(64, "55 times"), (700, "5 times"), (128_000, "0.028 times")],
)
def test_summary_rounds(size, words):
    labeled = Stream(None, length=size / 64)
    line = summary(55, labeled, Stream(None), ELEMENT)
    assert line.endswith(f"images; every labeled image is seen {words}.")


def test_summary_leaves_out_what_nobody_knows():
    endless = Stream(None)
    assert summary(1_000, endless, endless, ELEMENT) == (
        "1 epoch = 1,000 steps of 64 labeled + 448 unlabeled images."
    )

import pytest

from keras_ssl.finders.throughput import smallest_fast
from keras_ssl.finders.throughput import still_rises

RATES = {8: 500.0, 16: 800.0, 32: 940.0, 64: 1000.0, 128: 960.0}


@pytest.mark.parametrize(
    ("tolerance", "size"), [(0.0, 64), (0.05, 64), (0.06, 32), (0.3, 16)]
)
def test_the_smallest_within_the_tolerance(tolerance, size):
    assert smallest_fast(RATES, tolerance) == size


def test_the_smallest_of_equals():
    assert smallest_fast({64: 10.0, 8: 10.0}, 0.0) == 8


@pytest.mark.parametrize(
    ("rates", "rises"),
    [
        ([100], True),
        ([100, 50], True),
        ([100, 104, 104], False),
        ([100, 104, 108], True),
        ([100, 104, 110, 111], True),
        ([100, 200, 190, 205], False),
    ],
)
def test_growth_ends_after_two_sizes_without_gain(rates, rises):
    assert still_rises(rates, 0.05) is rises

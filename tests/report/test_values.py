import math

import pytest

from keras_ssl.report.values import duration
from keras_ssl.report.values import percent
from keras_ssl.report.values import to_text


@pytest.mark.parametrize(
    ("value", "text"),
    [
        (0.00312345, "0.003123"),
        (1e-6, "1e-06"),
        (123456.7, "123,457"),
        (2026, "2026"),
        (-60000, "-60,000"),
        (math.nan, "–"),
        (math.inf, "inf"),
        (False, "no"),
        ("", "–"),
        (None, "–"),
        ([], "–"),
        ([1, [0.5, None]], "1, 0.5, –"),
        ({"a": 1, "b": [2]}, "a: 1, b: 2"),
        ("FixMatch", "FixMatch"),
    ],
)
def test_writes_values_for_readers(value, text):
    assert to_text(value) == text


def test_writes_shares_in_percent():
    assert percent(0.98765) == "98.8 %"
    assert percent(1, 0, "") == "100"
    assert percent(math.nan) == "–"


@pytest.mark.parametrize(
    ("seconds", "text"),
    [
        (0.04, "0.0 s"),
        (59.4, "59.4 s"),
        (59.7, "1 min 0 s"),
        (3599.6, "1 h 0 min"),
        (90061, "25 h 1 min"),
    ],
)
def test_writes_seconds_with_a_fitting_unit(seconds, text):
    assert duration(seconds) == text

import math

import numpy as np
import pytest

from keras_ssl.report import format_table
from keras_ssl.utils.text import duration
from keras_ssl.utils.text import percent
from keras_ssl.utils.text import to_text


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


def test_aligns_text_on_the_left_and_numbers_on_the_right():
    rows = [
        {"method": "supervised", "accuracy": 0.71, "steps": 1000},
        {"method": "fixmatch", "accuracy": np.float32(0.83124), "steps": 20},
    ]
    assert format_table(rows).splitlines() == [
        "| method     | accuracy | steps |",
        "| :--------- | -------: | ----: |",
        "| supervised |     0.71 |  1000 |",
        "| fixmatch   |   0.8312 |    20 |",
    ]


def test_leaves_cells_of_missing_keys_empty():
    assert format_table([{"a": 1}, {"b": "x"}]).splitlines() == [
        "|   a | b   |",
        "| --: | :-- |",
        "|   1 |     |",
        "|     | x   |",
    ]


def test_keeps_a_cell_in_its_place():
    table = format_table([{"a": "x | y\nz", "b": True, "c": None}])
    assert table.splitlines()[2] == r"| x \| y z | True | None |"


def test_rejects_what_has_no_rows_or_columns():
    for rows in ([], [{}]):
        with pytest.raises(ValueError, match="Received: .*at least one.*Pass"):
            format_table(rows)
    with pytest.raises(TypeError, match="Received: a row 'a'.*dictionary"):
        format_table(["a"])

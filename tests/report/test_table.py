import numpy as np
import pytest

from keras_ssl.report import format_table


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

import math

from keras_ssl.study.tables import explain
from keras_ssl.study.tables import format_rows

NOTHING = math.nan
ROW = {
    "row": "FixMatch",
    "accuracy (%)": 83.333,
    "deviation": 0.5,
    "95 % interval": 1.25,
    "gain": -2.0,
    "deviation of gain": 0.25,
    "p": 0.0004,
    "p, Holm": 0.04,
    "p, exact": 0.25,
    "seconds": 12.3,
    "images/s": 12345.6,
}


def test_a_row_in_numbers():
    *_, line = format_rows([ROW], "plain").strip().splitlines()
    cells = [cell.strip() for cell in line.strip("|").split("|")]
    assert cells == [
        "FixMatch",
        "83.33 ± 0.50",
        "± 1.25",
        "-2.00 ± 0.25",
        "< 0.001",
        "0.040",
        "0.250",
        "12",
        "12,346",
    ]


def test_what_is_not_known_is_empty():
    unknown = {k: v if k == "row" else NOTHING for k, v in ROW.items()}
    unknown["accuracy (%)"] = 50.0
    header, _, line = format_rows([unknown], "plain").strip().splitlines()
    assert "gain over plain" in header
    cells = [cell.strip() for cell in line.strip("|").split("|")]
    assert cells == ["FixMatch", "50.00", *[""] * 7]


def test_the_setup_in_sentences():
    setup = {"labels": 250, "train images": 60000, "test images": 10000}
    text = explain(setup, seeds=1, control="plain", controls=2, tests=3)
    assert text.startswith("250 of 60,000 training images have labels")
    assert "One seed decides" in text
    assert "says nothing of chance" in text
    assert "on the 10,000 images" in text
    assert "over plain, the better control, between equal seeds" in text
    assert "corrected for 3 rows" in text
    assert "Made with" not in text

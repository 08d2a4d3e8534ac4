from keras_ssl.report.record import Finding
from keras_ssl.report.summary import summarize
from keras_ssl.report.training_report import TrainingReport
from tests.report.reports import full_report


def test_shows_the_most_important_of_every_part():
    text = summarize(full_report())
    lines = text.splitlines()
    assert lines[0] == "amber-able-badger · seed 0 · 2030-01-31 12:00:00+01:00"
    assert lines[2:6] == [
        "Accuracy",
        "  baseline  60.0 %",
        "  phase 1   72.0 %",
        "  phase 2   80.0 %",
    ]
    for part in (
        "+20.0 points over baseline",
        "  batch_size  32          (found: fastest)",
        "  Lowest F1: ",
        "  Learning rate: Where & how.",
        "  Batch size\n\n",
        "Data\n  Warning: An image is there twice.",
        "  The loss is as it should be.",
        "batch size 1.0 s, phase 1 3.0 s",
    ):
        assert part in text


def test_fits_on_a_screen_however_much_there_is():
    many = full_report(
        settings=[(f"setting_{n}", n, "given") for n in range(40)],
        findings=[Finding(f"Search {n}") for n in range(9)],
        batch_norm=["It is fine."] * 9,
        analysis_text="line\n" * 99,
        machine={f"fact {n}": n for n in range(20)},
    )
    lines = summarize(many).splitlines()
    assert len(lines) <= 60
    assert "  ... 29 more in `report.settings`" in lines


def test_leaves_out_what_is_missing():
    text = summarize(TrainingReport(0, date="today"))
    assert text == "amber-able-badger · seed 0 · today"

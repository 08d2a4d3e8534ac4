import pytest

from keras_ssl.report.figures import draw_pictures
from keras_ssl.report.sections import make_sections
from keras_ssl.report.training_report import TrainingReport
from tests.report.reports import NAMES
from tests.report.reports import full_report


def by_title(report, pictures=()):
    return {each.title: each for each in make_sections(report, dict(pictures))}


@pytest.fixture(scope="module")
def pictures():
    return draw_pictures(full_report())


@pytest.fixture(scope="module")
def sections(pictures):
    return by_title(full_report(), pictures)


def test_stand_in_the_order_of_interest(sections):
    assert [each.anchor for each in sections.values()] == [
        "result",
        "settings",
        "training-curves",
        "classes",
        "images",
        "searches",
        "data",
        "batchnorm-checks",
        "time-and-machine",
    ]


def test_the_result_is_every_accuracy_and_the_gain(sections):
    result = sections["Result"]
    assert result.stages == {"baseline": 0.6, "phase 1": 0.72, "phase 2": 0.8}
    gain, measured = result.sentences
    assert gain == (
        "Gain of phase 2: +20.0 points over baseline, +8.0 points over phase 1."
    )
    assert "90 test images" in measured


def test_settings_say_why(sections):
    (table,) = sections["Settings"].tables
    assert table.rows[0] == {
        "name": "batch_size",
        "value": 32,
        "why": "found: fastest",
    }


def test_every_picture_is_shown_once(sections, pictures):
    search = sections["Searches"].parts[0]
    shown = [
        *sections["Training curves"].pictures,
        *sections["Classes"].pictures,
        *search.pictures,
    ]
    assert sorted(shown) == sorted(pictures.values())


def test_classes_have_scores_in_percent(sections):
    classes = sections["Classes"]
    assert [row["class"] for row in classes.tables[0].rows] == NAMES
    for row in classes.tables[0].rows:
        assert 0 < float(row["F1 (%)"]) <= 100
    assert "Lowest F1" in classes.sentences[0]
    assert "Expected calibration error" in classes.sentences[1]


def test_searches_have_words_and_numbers(sections):
    rate, size = sections["Searches"].parts
    assert (rate.title, rate.sentences) == ("Learning rate", ["Where & how."])
    assert (size.title, size.sentences) == ("Batch size", [])
    assert size.tables[0].rows == [{"size": 8, "note": "x" * 60}]


def test_the_data_are_a_text_and_more_is_folded(sections):
    data = sections["Data"]
    assert data.bullets == ["An image is there twice."]
    assert data.text.startswith("Images   labeled")
    splits = data.more.parts[0]
    assert splits.title == "Splits"
    assert {"name": "unlabeled", "images": 50} in splits.tables[0].rows


def test_data_without_a_text_are_tables():
    data = by_title(full_report(analysis_text=""))["Data"]
    assert {"name": "task", "value": "classification"} in data.tables[0].rows
    assert [part.title for part in data.parts] == ["Splits"]
    assert data.more is None


def test_a_text_without_numbers_folds_nothing():
    assert by_title(full_report(analysis={}))["Data"].more is None


def test_times_have_shares(sections):
    times, facts = sections["Time and machine"].tables
    assert times.rows[1] == {
        "step": "phase 1",
        "time": "3.0 s",
        "share": "75.0 %",
    }
    assert {"name": "device", "value": "CPU"} in facts.rows


def test_leaves_out_what_is_missing():
    assert make_sections(TrainingReport(0), {}) == []


def test_one_accuracy_has_no_gain():
    (result,) = make_sections(TrainingReport(0, accuracy={"final": 0.5}), {})
    assert not any("Gain" in each for each in result.sentences)

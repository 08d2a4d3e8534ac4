import pytest

from keras_ssl.report.figures import draw_pictures
from keras_ssl.report.sections import make_sections
from keras_ssl.report.training_report import TrainingReport
from tests.report.reports import full_report


@pytest.fixture(scope="module")
def sections():
    report = full_report()
    made = make_sections(report, draw_pictures(report))
    return {name: "".join(parts) for name, parts in made.items()}


def test_the_result_comes_first(sections):
    assert next(iter(sections)) == "Result"
    text = sections["Result"]
    for word in ("60.0 %", "72.0 %", "80.0 %", "90 test images"):
        assert word in text
    assert "+20.0 points over baseline, +8.0 points over phase 1" in text


@pytest.mark.parametrize(
    ("name", "expected"),
    [
        ("Settings", "found: fastest"),
        ("Settings", "&lt;FixMatch&gt;"),
        ("Training curves", "Accuracy of training and validation images"),
        ("Classes", "&lt;dog&gt; &amp; $x$"),
        ("Classes", "Lowest F1"),
        ("Classes", "Expected calibration error"),
        ("Images", 'alt="Image predicted as '),
        ("Images", '<span class="wrong">is '),
        ("Searches", "<h3>Batch size</h3>"),
        ("Searches", "Where &amp; how."),
        ("Data", "An image is there twice."),
        ("Data", "<pre>Images   labeled"),
        ("Data", '<th scope="row">unlabeled</th><td class="number">50</td>'),
        ("BatchNorm checks", "The loss is as it should be."),
        ("Time and machine", '3.0 s</td><td class="number">75.0 %'),
        ("Time and machine", "120.5"),
    ],
)
def test_shows(sections, name, expected):
    assert expected in sections[name]


def test_leaves_out_what_is_missing():
    made = make_sections(TrainingReport(0), {})
    assert not any(made.values())


def test_one_accuracy_has_no_gain():
    made = make_sections(TrainingReport(0, accuracy={"final": 0.5}), {})
    assert "Gain" not in "".join(made["Result"])


def test_data_without_a_text_is_shown_as_tables():
    made = make_sections(full_report(analysis_text=""), {})
    assert "<details>" not in "".join(made["Data"])
    assert "classification" in "".join(made["Data"])

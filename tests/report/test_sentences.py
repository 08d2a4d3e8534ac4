import pytest

from keras_ssl.report import sentences
from keras_ssl.report.classification import Classification
from tests.report.reports import full_report


def test_says_which_images_were_measured_and_how_certain_it_is():
    text = sentences.measured(full_report())
    assert "share of the 90 test images, which training has not seen," in text
    assert "standard error is 4.2 points" in text  # sqrt(0.8 * 0.2 / 90)


def test_claims_no_more_than_is_known():
    unknown = full_report(measured_images=0, measured_on="validation images")
    assert sentences.measured(unknown) == (
        "Accuracy is the share of the validation images that are classified "
        "correctly."
    )


def test_writes_gains_with_their_sign():
    text = sentences.gained({"a": -3.21, "b": 0.01, "c": 2})
    assert text == (
        "−3.2 points over a, ±0.0 points over b, +2.0 points over c"
    )


@pytest.mark.parametrize(
    ("sure", "labels", "verdict"),
    [
        (0.9, [0, 1], "it is too sure"),
        (0.6, [0, 0], "it is not sure enough"),
        (0.51, [0, 1], "as sure as it should be"),
    ],
)
def test_judges_the_calibration(sure, labels, verdict):
    result = Classification.measure([[sure, 1 - sure]] * 2, labels)
    assert f": {verdict}. Expected" in sentences.calibrated(result)


def test_names_mistakes_only_where_there_are_some():
    right = Classification(["a", "b"], [[2, 0], [0, 1]], [])
    assert sentences.confused(right) == "No image is classified wrongly."
    wrong = Classification(["a", "b"], [[2, 1], [2, 1]], [])
    assert "b taken for a (2 images), a taken for b (1 image)" in (
        sentences.confused(wrong)
    )
    assert sentences.weakest(wrong).startswith("Lowest F1: b, 40.0 %")

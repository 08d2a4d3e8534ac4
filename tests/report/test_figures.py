import sys
from xml.etree import ElementTree

import pytest
from matplotlib import pyplot

from keras_ssl.report.classification import Classification
from keras_ssl.report.figures import NAMES
from keras_ssl.report.figures import draw_pictures
from keras_ssl.report.figures import is_picture
from tests.report.reports import full_report
from tests.report.reports import predictions


def test_draws_all_there_is_and_says_what_it_shows():
    pictures = draw_pictures(full_report())
    assert list(pictures) == [*NAMES, "finding_1"]
    assert all(map(is_picture, pictures))
    for picture in pictures.values():
        assert ElementTree.fromstring(picture.svg).tag.endswith("svg")
        assert len(picture.alternative) > 20
    loss = pictures["loss"].alternative
    assert "loss from 3 to 1; validation loss from 3.5 to 1.5" in loss
    assert pictures["finding_1"].alternative == "Learning rate. Where & how."
    assert not pyplot.get_fignums()


def test_one_loss_runs_through_both_phases():
    history = {
        "phase 1": {"loss": [3.0, 2.0], "labeled_loss": [3.0, 2.0]},
        "phase 2": {"loss": [5.0, 4.0], "labeled_loss": [1.5, 1.0]},
    }
    report = full_report(history=history)
    assert "loss from 3 to 1." in draw_pictures(report)["loss"].alternative
    del history["phase 1"]["labeled_loss"]
    report = full_report(history=history)
    assert "loss from 3 to 4." in draw_pictures(report)["loss"].alternative


def test_says_which_of_many_classes_it_draws():
    probabilities, labels = predictions(classes=40)
    result = Classification.measure(probabilities, labels)
    picture = draw_pictures(full_report(classification=result))["class_scores"]
    assert picture.caption.endswith("the 30 classes with the lowest F1.")


def test_draws_nothing_from_nothing():
    nothing = {"history": {}, "classification": None, "findings": []}
    assert draw_pictures(full_report(**nothing)) == {}


def test_looks_alike_whatever_style_the_user_has_chosen():
    report = full_report()
    expected = draw_pictures(report)
    with pyplot.style.context("dark_background"):
        assert draw_pictures(report) == expected


def test_says_how_to_install_matplotlib(monkeypatch):
    monkeypatch.setitem(sys.modules, "matplotlib", None)
    with pytest.raises(ImportError, match="pip install matplotlib"):
        draw_pictures(full_report(findings=[]))

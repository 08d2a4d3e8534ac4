import functools

import numpy as np
import pytest

import keras_ssl
from keras_ssl import finders
from tests.autotrain.runs import FIXED
from tests.autotrain.runs import QUIET
from tests.autotrain.runs import SHORT
from tests.autotrain.runs import accuracy
from tests.autotrain.runs import settings

pytestmark = [pytest.mark.eager, QUIET]


@pytest.fixture
def quickly(monkeypatch, timed_briefly):
    """Searches shorter."""
    for name, options in {
        "find_batch_size": {"rounds": 1},
        "find_learning_rate": {"steps": 12, "repeats": 1, "trial_steps": 3},
    }.items():
        search = functools.partial(getattr(finders, name), **options)
        monkeypatch.setattr(finders, name, search)


@pytest.mark.usefixtures("quickly")
def test_what_is_not_given_is_found(network, parts):
    model = network()
    before = model.get_weights()
    options = {**SHORT, "method": "adamatch", "strong": "cutout"}
    options |= {"inspect": False, "search_share": None}
    report = keras_ssl.train(model, **parts, **options)
    assert list(report.accuracy) == ["baseline", "phase 1", "phase 2"]
    found = settings(report)
    assert found["batch_size"][1].startswith("found: ")
    # Which batch size is fastest depends on the machine, and the rate on that.
    assert found["learning_rate"][1].startswith(("found: ", "default: "))
    assert 1 <= found["batch_size"][0] <= 8
    assert found["validation"] == ("8 of the 40 labeled images", "default")
    assert found["optimizer"] == ("Adam", "default")
    assert found["epochs"] == (3, "given")
    assert found["schedule"] == ("cosine", "default")
    titles = [finding.title for finding in report.findings]
    assert titles == [
        "Batch size",
        "Learning rate",
        "Stopping",
        "Worth of the unlabeled images",
    ]
    steps = {"batch size", "learning rate", "phase 1", "phase 2", "baseline"}
    assert set(report.seconds) == steps
    assert not report.analysis
    # It is the given model that has been trained, and that was measured.
    assert any(
        np.any(a != b) for a, b in zip(before, model.get_weights(), strict=True)
    )
    assert report.accuracy["phase 2"] == accuracy(model, parts["test"])


def test_images_may_have_weights(model, parts, digits8):
    x, y = digits8
    labeled = x[:40], y[:40], np.ones(40, "float32")
    options = {**parts, **FIXED, "labeled": labeled, "baseline": False}
    report = keras_ssl.train(model, **options)
    assert "phase 2" in report.accuracy


@pytest.mark.core
def test_classes_have_weights_and_names(model, parts, monkeypatch):
    seen = []
    fit = keras_ssl.SemiSupervisedModel.fit

    def watch(self, *args, **kwargs):
        seen.append(kwargs["class_weight"])
        return fit(self, *args, **kwargs)

    monkeypatch.setattr(keras_ssl.SemiSupervisedModel, "fit", watch)
    names, weights = ["left", "right", "low", "lower"], {0: 2.0, 3: 0.5}
    report = keras_ssl.train(
        model, **parts, **FIXED, class_weight=weights, class_names=names
    )
    assert seen == [weights, weights]  # both phases, and the baseline
    assert settings(report)["class_weight"][1] == "given"
    assert report.classification.class_names == names
    assert list(report.analysis["class_names"]) == names
    assert "0 left" in report.analysis_text
    page = report.to_html()
    assert all(name in page for name in names)
    history = report.history
    assert history["phase 1"]["labeled_loss"] == history["phase 1"]["loss"]
    assert len(history["phase 2"]["labeled_loss"]) == 2


@pytest.mark.parametrize(
    ("wrong", "match"),
    [
        ({"class_names": ["cat", "dog"]}, "2 class_names. Expected 4"),
        ({"class_names": "abcd"}, "Expected a list of texts"),
        ({"class_names": [0, 1, 2, 3]}, "Expected a list of texts"),
        ({"class_weight": {9: 2.0}}, "a class of class_weight=9"),
    ],
)
def test_wrong_classes_are_refused(wrong, match, network, parts):
    with pytest.raises(ValueError, match=match):
        keras_ssl.train(network(), **parts, **wrong)

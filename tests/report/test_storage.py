import json
import sys

import keras
import numpy as np
import pytest

from keras_ssl.report.training_report import TrainingReport
from tests.report.reports import full_report


def test_a_saved_report_is_read_unchanged(tmp_path):
    report = full_report()
    report.save(tmp_path / "a" / "b")
    loaded = TrainingReport.load(str(tmp_path / "a" / "b"))
    assert loaded == report
    assert loaded.to_html() == report.to_html()
    assert str(loaded) == str(report)


def test_nothing_and_what_is_not_finite_survive(tmp_path):
    history = {"phase 1": {"loss": [float("inf"), 1.0]}}
    report = TrainingReport(3, history=history)
    report.save(tmp_path)
    assert TrainingReport.load(tmp_path) == report
    assert TrainingReport.load(tmp_path).history == history


def test_writes_numbers_figures_and_the_page(tmp_path):
    report = full_report()
    report.save(tmp_path)
    numbers = json.loads((tmp_path / "report.json").read_text())
    assert numbers["accuracy"]["phase 2"] == 0.8
    assert numbers["settings"][0] == ["batch_size", 32, "found: fastest"]
    assert (tmp_path / "report.html").read_text() == report.to_html()
    figures = {file.name for file in (tmp_path / "figures").iterdir()}
    assert {"loss.svg", "confusion.svg", "finding_1.svg"} <= figures
    assert not (tmp_path / "model.keras").exists()


def test_a_second_report_replaces_the_first(tmp_path):
    figures = tmp_path / "figures"
    full_report(classification=None).save(tmp_path)
    (figures / "mine.svg").write_text("<svg/>")
    TrainingReport(0).save(tmp_path)
    assert [file.name for file in figures.iterdir()] == ["mine.svg"]
    assert not TrainingReport.load(tmp_path).findings


def test_writes_the_model(tmp_path, network):
    model = network()
    TrainingReport(0, model=model).save(tmp_path)
    loaded = keras.saving.load_model(tmp_path / "model.keras")
    images = np.ones((2, 8, 8, 1), "float32")
    np.testing.assert_allclose(loaded(images), model(images), rtol=1e-6)


@pytest.mark.parametrize("package", ["matplotlib", "jinja2"])
def test_keeps_numbers_and_model_without(
    package, tmp_path, monkeypatch, network
):
    report = full_report(model=network(), findings=[])
    monkeypatch.setitem(sys.modules, package, None)
    with pytest.raises(ImportError, match=f"{package}.*pip install"):
        report.save(tmp_path)
    assert (tmp_path / "model.keras").exists()
    assert TrainingReport.load(tmp_path) == report


@pytest.mark.parametrize(
    "address",
    [
        "http://example.org/pixel.png",
        "//example.org/pixel.png",
        "pixel.png",
        "data:text/html;base64,AAAA",
        'data:image/png;base64,AAAA" onerror="alert(1)',
        "data:image/png;base64,AAAA\n",
        7,
    ],
)
def test_refuses_a_sample_that_refers_elsewhere(address, tmp_path):
    full_report(findings=[], history={}, classification=None).save(tmp_path)
    file = tmp_path / "report.json"
    numbers = json.loads(file.read_text())
    numbers["samples"][0][0] = address
    file.write_text(json.dumps(numbers))
    with pytest.raises(ValueError, match="Received: a sample.*`data:`.*Make"):
        TrainingReport.load(tmp_path)


def test_says_where_there_is_no_report(tmp_path):
    with pytest.raises(
        FileNotFoundError, match=r"without a report\.json.*Pass"
    ):
        TrainingReport.load(tmp_path)

import pytest

from tests.autotrain.runs import compiled


@pytest.fixture
def parts(digits8):
    x, y = digits8
    return {
        "labeled": (x[:40], y[:40]),
        "unlabeled": (x[40:100], y[40:100]),
        "test": (x[100:], y[100:]),
    }


@pytest.fixture
def undrawn(monkeypatch):
    """Leaves the figures and the page of a folder out."""
    monkeypatch.setattr("keras_ssl.report.storage._draw", lambda *_: None)


@pytest.fixture
def model(network):
    return compiled(network)

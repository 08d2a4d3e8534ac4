import os
import subprocess
import sys

import keras
import pytest

from keras_ssl.utils import onednn


@pytest.fixture
def unset(monkeypatch):
    monkeypatch.delenv(onednn.VARIABLE, raising=False)
    onednn.tell.cache_clear()
    yield
    onednn.tell.cache_clear()


def test_it_is_on_where_nobody_has_decided(unset, monkeypatch):
    monkeypatch.delitem(sys.modules, "tensorflow", raising=False)
    onednn.turn_on()
    assert os.environ[onednn.VARIABLE] == "1"
    monkeypatch.setenv(onednn.VARIABLE, "0")
    onednn.turn_on()
    assert os.environ[onednn.VARIABLE] == "0"


def test_a_tensorflow_that_is_imported_is_left_alone(unset, monkeypatch):
    monkeypatch.setitem(sys.modules, "tensorflow", object())
    onednn.turn_on()
    assert onednn.VARIABLE not in os.environ


@pytest.mark.skipif(
    keras.backend.backend() != "tensorflow", reason="needs TensorFlow"
)
@pytest.mark.parametrize(("on", "lines"), [(False, 1), (True, 0)])
def test_without_it_fit_says_so_once(
    unset, monkeypatch, capsys, on, lines, network, digits8
):
    import keras_ssl

    monkeypatch.setattr(onednn, "_is_on", lambda: on)
    model = keras_ssl.SemiSupervisedModel(network(), weak=None, strong=None)
    loss = keras.losses.SparseCategoricalCrossentropy(from_logits=True)
    model.compile("adam", loss, run_eagerly=True)
    x, y = digits8
    for verbose in (0, 2, 2):
        model.fit(x[:8], y[:8], unlabeled_data=x[:8], verbose=verbose)
    said = capsys.readouterr().out
    assert said.count("runs without oneDNN") == lines


def test_importing_the_package_first_turns_it_on():
    environment = {k: v for k, v in os.environ.items() if k != onednn.VARIABLE}
    program = (
        "import keras_ssl, os, sys;"
        f"print(os.environ['{onednn.VARIABLE}'], 'keras' in sys.modules)"
    )
    found = subprocess.run(
        [sys.executable, "-c", program],
        capture_output=True,
        text=True,
        check=True,
        env={**environment, "TF_CPP_MIN_LOG_LEVEL": "3"},
    )
    assert found.stdout.split() == ["1", "True"]

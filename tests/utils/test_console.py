import logging

import keras
import pytest

from keras_ssl.utils.console import say


@pytest.fixture
def quiet():
    keras.config.disable_interactive_logging()
    yield
    keras.config.enable_interactive_logging()


def test_where_keras_prints_nothing_it_is_logged(quiet, capsys, caplog):
    with caplog.at_level(logging.INFO, "keras_ssl"):
        say("\n50 images")
        say("60 images", verbose=0)
    assert capsys.readouterr().out == ""
    assert [record.message for record in caplog.records] == ["50 images"]

import warnings

import pytest

import keras_ssl
from keras_ssl import data
from keras_ssl.utils.deprecation import moved


def test_an_old_name_is_the_new_one_and_warns_once(monkeypatch):
    monkeypatch.delitem(vars(data), "inspect", raising=False)
    with pytest.warns(FutureWarning, match="is now `keras_ssl.inspect`"):
        found = data.inspect
    with warnings.catch_warnings(action="error"):
        assert data.inspect is found is keras_ssl.inspect


def test_an_unknown_name_is_none():
    with pytest.raises(AttributeError, match="no attribute 'inspct'"):
        moved("keras_ssl.data", inspect="keras_ssl.inspect")("inspct")

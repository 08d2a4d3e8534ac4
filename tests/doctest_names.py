"""A pytest plugin: what the examples of docstrings may name and leave open."""

import sys

import pytest


@pytest.fixture(autouse=True)
def names_of_examples(request):
    """Gives doctests `np`, `keras`, `ops` and `keras_ssl`, and a seed."""
    if type(request.node).__name__ != "DoctestItem":
        return
    import keras
    import numpy as np

    import keras_ssl

    keras.utils.set_random_seed(0)
    namespace = request.getfixturevalue("doctest_namespace")
    namespace.update(np=np, keras=keras, ops=keras.ops, keras_ssl=keras_ssl)


@pytest.fixture(autouse=True)
def no_figures():
    """Closes the figures of a test or example: Matplotlib warns of over 20."""
    yield
    if "matplotlib.pyplot" in sys.modules:
        sys.modules["matplotlib.pyplot"].close("all")

"""A pytest plugin: what the examples of docstrings may name and leave open."""

import gc
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


@pytest.fixture(autouse=True)
def no_garbage():
    """Collects at once what the last test or example left.

    A forgotten iterator of tf.data may hold up whoever collects it for as long
    as it lived. What then remains is not searched again.
    """
    gc.collect()
    gc.freeze()

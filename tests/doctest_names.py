"""A pytest plugin: the names that every docstring's example may use."""

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

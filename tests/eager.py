"""A pytest plugin: what trains a few steps compiles nothing on TensorFlow."""

import pytest


@pytest.fixture(autouse=True)
def eager(request, monkeypatch):
    """Trains eagerly where a test or its file is so marked, and in docstrings.

    A few eager steps take less than TensorFlow does to compile one. What a test
    asks of `compile` itself stays, and JAX compiles the same tests.
    """
    marker = request.node.get_closest_marker("eager")
    wanted = marker.args != (False,) if marker else is_short(request.node)
    if not wanted:
        return
    import keras

    if keras.backend.backend() != "tensorflow":
        return
    original = keras.Model.compile

    def compiled(self, *args, run_eagerly=None, jit_compile="auto", **kwargs):
        if run_eagerly is None:
            run_eagerly = jit_compile is not True
        options = {"run_eagerly": run_eagerly, "jit_compile": jit_compile}
        original(self, *args, **options, **kwargs)

    monkeypatch.setattr(keras.Model, "compile", compiled)


LONG = {"LearningRateFinder", "train"}  # examples of a hundred steps and more


def is_short(node):
    """Whether it is an example of a docstring that trains few steps."""
    name = node.name.rpartition(".")[-1]
    return type(node).__name__ == "DoctestItem" and name not in LONG

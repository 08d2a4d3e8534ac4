"""Which tests one backend is enough for, and which take long on JAX.

JAX compiles every operation for every shape anew: there, one shape and a few
methods stand for the others, which are marked as slow.
"""

import keras
import pytest

TENSORFLOW = keras.backend.backend() == "tensorflow"
once = pytest.mark.skipif(not TENSORFLOW, reason="one backend is enough")
SLOW_ON_JAX = () if TENSORFLOW else pytest.mark.slow


def slow_on_jax(*values):
    """A set of parameters that takes long on JAX."""
    return pytest.param(*values, marks=SLOW_ON_JAX)

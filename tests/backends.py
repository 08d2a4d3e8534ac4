"""Which tests one backend is enough for, or not for, or takes long for.

JAX compiles every operation for every shape anew: there, one shape and a few
methods stand for the others, which are marked as slow.
"""

import keras
import pytest

TENSORFLOW = keras.backend.backend() == "tensorflow"
JAX = keras.backend.backend() == "jax"
TORCH = keras.backend.backend() == "torch"
once = pytest.mark.skipif(not TENSORFLOW, reason="one backend is enough")
needs_compiler = pytest.mark.skipif(TORCH, reason="PyTorch compiles no step")
SLOW_ON_JAX = pytest.mark.slow if JAX else ()


def slow_on_jax(*values):
    """A set of parameters that takes long on JAX."""
    return pytest.param(*values, marks=SLOW_ON_JAX)

"""`run_compiled`: XLA for augmentation in steps that XLA does not compile."""

from collections.abc import Callable
from typing import Any

import keras


def run_compiled(function: Callable[..., Any], *args: Any) -> Any:
    """Calls a function, compiled by XLA where that pays and is not done yet.

    On a CPU TensorFlow's steps are best not compiled: XLA makes convolutions
    several times slower. Augmentation it makes several times faster. So where
    TensorFlow builds a graph on a machine without a GPU, the function is
    compiled by itself. It is called as it is in eager mode, on other backends,
    which compile whole steps, and with a GPU, where `fit` does so too.

    Args:
        function: Takes and returns tensors, draws nothing, changes nothing.
        *args: What it is called with: tensors, in any structure.
    """
    if keras.backend.backend() != "tensorflow":
        return function(*args)
    import tensorflow as tf

    if tf.executing_eagerly() or tf.config.get_visible_devices("GPU"):
        return function(*args)
    # Not kept: it would not see when an attribute of the layer changes.
    return tf.function(function, jit_compile=True, autograph=False)(*args)

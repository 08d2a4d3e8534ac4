"""Turns on oneDNN, with which TensorFlow trains faster on a processor."""

import functools
import os
import sys

VARIABLE = "TF_ENABLE_ONEDNN_OPTS"
ADVICE = (
    "keras_ssl: TensorFlow runs without oneDNN. With it, convolutions train "
    "1.3 to 3 times as fast on many processors. Set "
    f"{VARIABLE}=1 before TensorFlow is imported, or import keras_ssl first."
)


def turn_on() -> None:
    """Turns oneDNN on for a TensorFlow that is not imported yet.

    What the user has set stays.
    """
    if "tensorflow" not in sys.modules:
        os.environ.setdefault(VARIABLE, "1")


@functools.cache
def tell() -> None:
    """Says once what to do for speed, where oneDNN is off by itself.

    TensorFlow decides by the processor where nobody else does. With a GPU, on
    another backend, and where the user has decided, there is nothing to say.
    """
    import keras  # imports TensorFlow, which `turn_on` must precede

    from keras_ssl.utils.console import say

    on_tensorflow = keras.backend.backend() == "tensorflow"
    if on_tensorflow and VARIABLE not in os.environ and not _is_on():
        say(ADVICE)


def _is_on() -> bool:
    import tensorflow as tf

    if tf.config.get_visible_devices("GPU"):
        return True
    try:
        from tensorflow.python.util import _pywrap_util_port  # noqa: PLC2701
    except ImportError:  # nothing public tells
        return True
    return bool(_pywrap_util_port.IsMklEnabled())

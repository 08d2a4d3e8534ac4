"""The one place that prints."""

import logging

import keras

LOGGER = logging.getLogger("keras_ssl")


def say(text: str, verbose: int = 1, end: str = "\n") -> None:
    """Prints a line at once, as Keras prints its own.

    After `keras.config.disable_interactive_logging()` it goes to the logger
    `"keras_ssl"` instead.

    Args:
        text: What to say.
        verbose: 0 says nothing.
        end: What follows.

    Example:

    >>> say("50 labeled images")
    50 labeled images
    >>> say("50 labeled images", verbose=0)
    """
    if not verbose:
        return
    if keras.config.is_interactive_logging_enabled():
        print(text, end=end, flush=True)
    else:
        LOGGER.info(text.strip())

"""`Finder`: what callbacks that search before training have in common."""

from typing import Any

import keras

from keras_ssl.utils.console import say


class Finder(keras.callbacks.Callback):
    """Keeps the result of the last search, says it and draws it.

    Args:
        verbose: 1 prints a line, 0 nothing.

    Attributes:
        result: What the last search found, or `None`.
    """

    acts_before_others = True

    def __init__(self, verbose: int) -> None:
        super().__init__()
        self.verbose = verbose
        self.result: Any = None

    def plot(self, ax: Any = None) -> Any:
        """Draws the last search.

        Args:
            ax: Matplotlib axes to draw on; those of a new figure by default.

        Returns:
            The Matplotlib axes.

        Raises:
            ValueError: There has been no search.
        """
        if self.result is None:
            raise ValueError(
                f"Received: a {type(self).__name__} that has not searched. "
                "Expected one that has. Pass it to `fit` as a callback first."
            )
        return self.result.plot(ax)

    def say(self, text: str) -> None:
        """Prints a line, if it may."""
        say(f"{type(self).__name__}: {text}", self.verbose)

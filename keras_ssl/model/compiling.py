"""`Compiling`: says that a step is compiled, while that takes long."""

import contextlib
import threading
import time
from collections.abc import Callable
from collections.abc import Iterator
from typing import Any

from keras_ssl.utils.console import say

LONG = 2.0  # seconds of silence


class Compiling:
    """Watches the first calls of compiled steps, those that compile.

    Attributes:
        verbose: 1 says so if one takes long, 0 nothing.
        seconds: What all of them have taken so far.

    Example:

    >>> compiling = Compiling()
    >>> step = compiling.watch("supervised", lambda batch: batch + 1)
    >>> step(1), step(2)
    (2, 3)
    """

    def __init__(self) -> None:
        self.verbose = 0
        self.seconds = 0.0

    @contextlib.contextmanager
    def telling(self, verbose: int) -> Iterator[None]:
        """Tells of what is compiled meanwhile, or does not."""
        before, self.verbose = self.verbose, verbose
        try:
            yield
        finally:
            self.verbose = before

    def watch(self, phase: str, step: Callable[..., Any]) -> Callable[..., Any]:
        """The same step, whose first call is timed, and told of.

        Args:
            phase: What the step is called.
            step: Compiles itself when it is first called.
        """
        compiled = False

        def watched(*args: Any) -> Any:
            nonlocal compiled
            if compiled:
                return step(*args)
            with self._first(phase):
                result = step(*args)
            compiled = True
            return result

        return watched

    @contextlib.contextmanager
    def _first(self, phase: str) -> Iterator[None]:
        text = f"Compiling the {phase} step: a few seconds, once."
        timer = threading.Timer(LONG, say, (text,))
        timer.daemon = True
        if self.verbose:
            timer.start()
        begin = time.perf_counter()
        try:
            yield
        finally:
            timer.cancel()
            self.seconds += time.perf_counter() - begin

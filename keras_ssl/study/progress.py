"""`Progress`: a line a finished run, with the time left."""

import time
from collections.abc import Mapping
from typing import Any

from keras_ssl.utils.text import duration


class Progress:
    """Prints a line a finished run.

    Args:
        total: How many runs there will be.
        verbose: 0 prints nothing.

    Example:

    >>> show = Progress(2, verbose=1)
    >>> show({"row": "UDA", "seed": 0, "accuracy": 0.8, "seconds": 61.0})
    study: 1 of 2, UDA, seed 0: 80.00 % in 1 min 1 s; about 0.0 s left
    """

    def __init__(self, total: int, verbose: int) -> None:
        self._total, self._count, self._verbose = total, 0, verbose
        self._begin = time.perf_counter()

    def __call__(self, run: Mapping[str, Any]) -> None:
        """Prints the line of a run."""
        self._count += 1
        left = self._total - self._count
        each = (time.perf_counter() - self._begin) / self._count
        if self._verbose:
            print(
                f"study: {self._count} of {self._total}, {run['row']}, seed "
                f"{run['seed']}: {100 * run['accuracy']:.2f} % in "
                f"{duration(run['seconds'])}; about "
                f"{duration(each * left)} left",
                flush=True,
            )

"""`Progress`: how far a run is, said now and then while it trains."""

import time
from typing import Any

import keras

from keras_ssl.utils.console import say
from keras_ssl.utils.text import duration

EVERY = 30.0  # seconds


class Progress(keras.callbacks.Callback):
    """Says the step of a run, and how long it will take.

    Args:
        name: Of the row.
        seed: Of the run.
        every: Seconds from one line to the next.
    """

    def __init__(self, name: str, seed: int, every: float = EVERY) -> None:
        super().__init__()
        self.name, self.seed, self.every = name, seed, every

    def on_train_begin(self, logs: Any = None) -> None:
        """Starts the clock."""
        self.steps, self.begin = 0, time.perf_counter()
        self.said = self.begin

    def on_train_batch_end(self, batch: int, logs: Any = None) -> None:
        """Counts a step, and says where it is if it is time."""
        self.steps += 1
        now = time.perf_counter()
        total = self.params["epochs"] * (self.params["steps"] or 0)
        if now - self.said < self.every or not self.steps < total:
            return
        self.said = now
        left = (now - self.begin) / self.steps * (total - self.steps)
        say(
            f"study: {self.name}, seed {self.seed}: step {self.steps:,} of "
            f"{total:,}, about {duration(left)} left of this run"
        )

"""`Remaining`: what is being trained, and how long it still takes."""

import time
from collections.abc import Callable
from collections.abc import Mapping
from typing import Any

import keras

from keras_ssl.autotrain.journal import STAGES
from keras_ssl.model.phases import SEMI_SUPERVISED
from keras_ssl.utils.text import about

EVERY = 30.0  # seconds


class Remaining(keras.callbacks.Callback):
    """Says which stage begins, and now and then the time that is left.

    Lines come between epochs, so that they break no progress bar. Compiling
    is not counted, as it happens once.

    Args:
        say: Prints a line.
        epochs: Of each stage, at most, in order.
        expected: About the seconds of each stage; none if nobody knows.
        most: "at most " where a stage may end earlier.
        clock: Returns seconds.
    """

    acts_before_others = True

    def __init__(
        self,
        say: Callable[[str], None],
        epochs: Mapping[str, int],
        expected: Mapping[str, float],
        most: str = "",
        clock: Callable[[], float] = time.perf_counter,
    ) -> None:
        super().__init__()
        self.say, self.epochs, self.expected = say, epochs, expected
        self.most, self.clock = most, clock

    def on_train_begin(self, logs: Any = None) -> None:
        """No stage has begun."""
        self.stage = ""

    def on_epoch_begin(self, epoch: int, logs: Any = None) -> None:
        """Says what begins, or what is left, if it is time."""
        stage = STAGES[self.model.phase]
        stage = stage if stage in self.epochs else next(iter(self.epochs))
        if stage != self.stage:
            self._begin(stage, epoch)
        elif self.clock() - self.said >= EVERY:
            self._tell(epoch)

    def _begin(self, stage: str, epoch: int) -> None:
        self.stage, self.first, self.said = stage, epoch, self.clock()
        self.start = self._now()
        steps, known = self.params["steps"], self.expected.get(stage)
        alone = "" if stage == STAGES[SEMI_SUPERVISED] else " with labels alone"
        takes = f", {self.most}{about(known)}" if known else ""
        self.say(
            f"{stage}: {self.most}{_count(self.epochs[stage])} of {steps:,} "
            f"steps{alone}{takes}."
        )

    def _tell(self, epoch: int) -> None:
        self.said = self.clock()
        done = epoch - self.first
        rest = self.epochs[self.stage] - done
        left = (self._now() - self.start) / done * rest
        names = list(self.expected)
        later = names[names.index(self.stage) + 1 :] if names else []
        whole = left + sum(self.expected[name] for name in later)
        text = f"{self.stage}: {_count(rest)} left, {self.most}{about(left)}"
        self.say(text + (f"; {about(whole)} in all." if later else "."))

    def _now(self) -> float:
        return self.clock() - self.model.compiling.seconds


def _count(epochs: int) -> str:
    return f"{epochs:,} epoch{'s' * (epochs != 1)}"

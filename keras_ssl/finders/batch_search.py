"""The search over batch sizes: doubles, times in turns, chooses, confirms."""

import dataclasses
import gc
import statistics
from collections.abc import Callable
from typing import Protocol

from keras_ssl.finders.batch_caps import Cap
from keras_ssl.finders.memory import MemoryLine
from keras_ssl.finders.memory import fit_memory
from keras_ssl.finders.memory import gib
from keras_ssl.finders.out_of_memory import is_out_of_memory
from keras_ssl.finders.throughput import smallest_fast
from keras_ssl.finders.throughput import still_rises

GAINS_NOTHING = "larger ones would gain nothing"
SMALLEST = 8  # the batch size that a search begins with
TOO_MUCH = (
    "Received: a model whose step on a batch of 1 needs more than {}. Expected "
    "one that fits. Take smaller images or a smaller `unlabeled_ratio`, or "
    "pass a greater `memory_limit`."
)


class Probe(Protocol):
    """What a search asks; a real one makes training steps."""

    def memory(self, size: int) -> int | None:
        """Makes steps of a batch size; returns the peak in bytes if known."""

    def rate(self, size: int) -> float:
        """Times some steps of a batch size; returns images per second."""

    def validate(self, size: int) -> int | None:
        """Makes a training and a validation step; returns the peak."""


@dataclasses.dataclass
class Search:
    """A search, and what it has seen so far.

    Args:
        probe: Measures.
        cap: The largest batch size.
        budget: Bytes that a step may take; `None` if no limit is known.
        tolerance: Share of the best rate that may be lost.
        rounds: How often each batch size is timed.
    """

    probe: Probe
    cap: Cap
    budget: float | None
    tolerance: float
    rounds: int
    peaks: dict[int, int | None] = dataclasses.field(default_factory=dict)
    rates: dict[int, float] = dataclasses.field(default_factory=dict)
    stopped: str = ""

    @property
    def line(self) -> MemoryLine | None:
        """Memory over batch size."""
        return fit_memory(self.peaks)

    def run(self) -> int:
        """Measures, and chooses a batch size.

        Raises:
            MemoryError: Not even a batch of 1 fits.
        """
        size = self._first()
        self._grow(size, [self._quick_rate(size)])
        self.rates = self._time_in_turns()
        while self.stopped == GAINS_NOTHING and self._rises():
            # The quick look was wrong, as happens on a busy machine.
            self.stopped = ""
            self._grow(max(self.rates), list(self.rates.values()))
            self.rates = self._time_in_turns()
        chosen = smallest_fast(self.rates, self.tolerance)
        while not self._fits(chosen, self.probe.validate):
            self._drop(chosen)
            chosen = smallest_fast(self.rates, self.tolerance)
        return chosen

    def _first(self) -> int:
        """The first batch size: 8, or less if that is too large."""
        size = min(SMALLEST, self.cap.size)
        while not self._fits(size, self.probe.memory):
            size //= 2
            self._refuse_nothing(size)
        return size

    def _rises(self) -> bool:
        return still_rises(list(self.rates.values()), self.tolerance)

    def _grow(self, size: int, rates: list[float]) -> None:
        """Doubles while it may help and nothing forbids it."""
        self.stopped = self.stopped or self._forbids(2 * size)
        while not self.stopped:
            size *= 2
            if not self._fits(size, self.probe.memory):
                return
            rates.append(self._quick_rate(size))
            self.stopped = self._forbids(2 * size)
            if not still_rises(rates, self.tolerance):
                self.stopped = GAINS_NOTHING

    def _forbids(self, size: int) -> str:
        if size > self.cap.size:
            return f"more is not allowed by {self.cap.reason}"
        line = self.line
        if line and self.budget is not None and line.at(size) > self.budget:
            return f"{size} would take {gib(line.at(size))} of memory"
        return ""

    def _fits(self, size: int, ask: Callable[[int], int | None]) -> bool:
        """Whether the steps go well; notes their memory, or why they do not."""
        try:
            peak = ask(size)
        except Exception as error:
            if not is_out_of_memory(error):
                raise
            self.stopped = f"{size} ran out of memory"
        else:
            if peak is None or self.budget is None or peak <= self.budget:
                self.peaks[size] = peak
                return True
            self.stopped = f"{size} takes {gib(peak)} of memory"
        # The error and its traceback, which hold tensors, are gone by now.
        gc.collect()
        return False

    def _quick_rate(self, size: int) -> float:
        return max(self.probe.rate(size) for _ in range(2))

    def _time_in_turns(self) -> dict[int, float]:
        """Median rates; turns, as a machine is slower at some times."""
        rounds = [
            {size: self.probe.rate(size) for size in self.peaks}
            for _ in range(self.rounds)
        ]
        return {
            size: statistics.median(each[size] for each in rounds)
            for size in self.peaks
        }

    def _drop(self, size: int) -> None:
        """Goes without a batch size and all larger ones."""
        self.peaks = {s: p for s, p in self.peaks.items() if s < size}
        self.rates = {s: r for s, r in self.rates.items() if s < size}
        self._refuse_nothing(len(self.rates))

    def _refuse_nothing(self, left: int) -> None:
        if not left:
            limit = "the memory" if self.budget is None else gib(self.budget)
            raise MemoryError(TOO_MUCH.format(limit))

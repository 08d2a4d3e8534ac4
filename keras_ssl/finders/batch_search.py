"""The search over batch sizes: doubles, times in turns, chooses, confirms."""

import dataclasses
import gc
import math
import statistics
import time
from collections.abc import Callable
from collections.abc import Mapping
from collections.abc import Sequence
from typing import Protocol

from keras_ssl.finders.memory_line import MemoryLine
from keras_ssl.finders.memory_line import fit_memory
from keras_ssl.finders.memory_line import gib
from keras_ssl.utils.devices import even_size

DEFAULT_BATCH_SIZE = 32  # the batch size of `fit`
LATE = "a larger one would take longer than the search may"
GAINS_NOTHING = "larger ones would gain nothing"
SMALLEST = 8  # the batch size that a search begins with, if it has time
TOO_MUCH = (
    "Received: a model whose step on a batch of 1 needs more than {}. Expected "
    "one that fits. Take smaller images or a smaller `unlabeled_ratio`, or "
    "pass a greater `memory_limit`."
)


@dataclasses.dataclass(frozen=True)
class Cap:
    """The largest batch size that may be tried.

    Args:
        size: A power of two, at least 1.
        reason: What sets it, in a few words.
    """

    size: int
    reason: str


class Probe(Protocol):
    """Measures batch sizes for a search; a real one makes training steps."""

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
        devices: How many share a batch.
        first: The batch size to begin with; less if that is too large.
        limit: Is told the first size and its rate, and returns the seconds
            that the search may take.
        clock: Returns seconds.
    """

    probe: Probe
    cap: Cap
    budget: float | None
    tolerance: float
    rounds: int
    peaks: dict[int, int | None] = dataclasses.field(default_factory=dict)
    rates: dict[int, float] = dataclasses.field(default_factory=dict)
    stopped: str = ""
    devices: int = 1
    first: int = SMALLEST
    tried: list[int] = dataclasses.field(default_factory=list)
    limit: Callable[[int, float], float] = lambda size, rate: math.inf
    clock: Callable[[], float] = time.perf_counter
    last: float = 0.0  # seconds that the last size took
    end: float = math.inf  # when no larger one may be begun

    @property
    def shortened(self) -> str:
        """How many sizes were tried, if there was no time for more."""
        if self.stopped != LATE:
            return ""
        sizes = [self.cap.size]
        while sizes[-1] > min(self.first, *self.tried):
            sizes.append(sizes[-1] // 2)
        return f"stopped after {len(self.tried)} of {len(sizes)} sizes"

    @property
    def line(self) -> MemoryLine | None:
        """Memory over batch size."""
        return fit_memory(self.peaks)

    def run(self) -> int:
        """Measures, and chooses a batch size.

        Raises:
            MemoryError: Not even a batch of 1 fits.
        """
        begin, size = self.clock(), self._first()
        rate = self._quick_rate(size)
        self.last = self.clock() - begin
        self.end = begin + self.limit(size, rate)
        self._grow(size, [rate])
        self.tried = list(self.peaks)
        if self.stopped == LATE and len(self.tried) == 1:
            self._take_default()
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

    def _take_default(self) -> None:
        """Goes without the speed, if the data and the memory allow it."""
        size = even_size(min(DEFAULT_BATCH_SIZE, self.cap.size), self.devices)
        if self._fits(size, self.probe.memory):
            self.peaks = {size: self.peaks[size]}

    def _first(self) -> int:
        size = even_size(min(self.first, self.cap.size), self.devices)
        while not self._fits(size, self.probe.memory):
            size = size // 2 // self.devices * self.devices
            self._refuse_nothing(size)
        return size

    def _rises(self) -> bool:
        return still_rises(list(self.rates.values()), self.tolerance)

    def _grow(self, size: int, rates: list[float]) -> None:
        """Doubles while it may help and nothing forbids it."""
        self.stopped = self.stopped or self._forbids(2 * size)
        while not self.stopped:
            begin, size = self.clock(), 2 * size
            if not self._fits(size, self.probe.memory):
                return
            rates.append(self._quick_rate(size))
            self.last = self.clock() - begin
            self.stopped = self._forbids(2 * size)
            if not still_rises(rates, self.tolerance):
                self.stopped = GAINS_NOTHING

    def _forbids(self, size: int) -> str:
        if size > self.cap.size:
            return f"more is not allowed by {self.cap.reason}"
        line = self.line
        if line and self.budget is not None and line.at(size) > self.budget:
            return f"{size} would take {gib(line.at(size))} of memory"
        # The next size takes about as long as the last one did.
        return LATE if self.clock() + self.last > self.end else ""

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


PATIENCE = 2  # larger sizes in a row that gain nothing


def smallest_fast(rates: Mapping[int, float], tolerance: float) -> int:
    """The smallest batch size that is about as fast as the fastest.

    Args:
        rates: Images per second at each batch size.
        tolerance: Share of the best rate that may be lost, in `[0, 1)`.

    Returns:
        One of the batch sizes.

    Example:

    >>> smallest_fast({16: 700, 32: 960, 64: 1000, 128: 990}, tolerance=0.05)
    32
    """
    enough = (1 - tolerance) * max(rates.values())
    return min(size for size, rate in rates.items() if rate >= enough)


def still_rises(rates: Sequence[float], tolerance: float) -> bool:
    """Whether larger batches may still be faster.

    Args:
        rates: Images per second at rising batch sizes.
        tolerance: Share by which a rate has to exceed the best before it.

    Returns:
        False once two sizes in a row have gained less than that.

    Example:

    >>> still_rises([500, 900, 910], 0.05), still_rises([900, 910, 920], 0.05)
    (True, False)
    """
    idle, best = 0, 0.0
    for rate in rates:
        gained = rate > (1 + tolerance) * best
        idle = 0 if gained else idle + 1
        best = rate if gained else best
    return idle < PATIENCE


def cap_batch_size(
    labeled: int,
    unlabeled: int | None = None,
    *,
    unlabeled_ratio: int = 3,
    max_batch_size: int = 1024,
    min_steps: int = 16,
) -> Cap:
    """The largest power of two that the data and the user allow.

    An epoch is one pass over the unlabeled images, or over the labeled ones if
    there are no others. It has to have a number of steps; and a batch holds no
    labeled image twice.

    Args:
        labeled: Labeled images.
        unlabeled: Unlabeled images; `None` without.
        unlabeled_ratio: Unlabeled images for each labeled one in a step.
        max_batch_size: What the user allows, at least 1.
        min_steps: Steps of an epoch, at the least, greater than 0.

    Example:

    >>> cap_batch_size(250, 60000)
    Cap(size=128, reason='250 labeled images')
    """
    size, images = labeled, "labeled"
    if unlabeled is not None:
        size, images = unlabeled // unlabeled_ratio, "unlabeled"
    caps = {
        f"max_batch_size={max_batch_size}": max_batch_size,
        f"{labeled:,} labeled images": labeled,
        f"{min_steps} steps an epoch over the {images} images": size
        // min_steps,
    }
    reason = min(caps, key=lambda each: caps[each])
    return Cap(1 << max(caps[reason], 1).bit_length() - 1, reason)


NAMES = ("MemoryError", "ResourceExhaustedError", "OutOfMemoryError")
SIGNS = ("RESOURCE_EXHAUSTED", "OUT OF MEMORY", "OOM WHEN ALLOCATING")


def is_out_of_memory(error: BaseException) -> bool:
    """Whether an error says that there was not enough memory.

    Args:
        error: Anything that was raised. TensorFlow raises a
            `ResourceExhaustedError`, or under XLA an `InternalError` or a
            `RuntimeError` that says so; JAX an error of its own; NumPy a
            `MemoryError`.

    Example:

    >>> is_out_of_memory(RuntimeError("RESOURCE_EXHAUSTED: Out of memory"))
    True
    >>> is_out_of_memory(ValueError("out of memory of names"))
    False
    """
    names = {each.__name__ for each in type(error).__mro__}
    if names.intersection(NAMES):
        return True
    text = str(error).upper()
    at_run_time = isinstance(error, RuntimeError) or "InternalError" in names
    return at_run_time and any(sign in text for sign in SIGNS)

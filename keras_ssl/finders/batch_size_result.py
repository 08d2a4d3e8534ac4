"""The result of a search for the batch size, to print, draw and save."""

import dataclasses
from typing import Any

from keras_ssl.finders.batch_search import Search
from keras_ssl.finders.memory_line import gib
from keras_ssl.finders.optimizer_rate import RateScaling
from keras_ssl.plots.finders import plot_batch_sizes
from keras_ssl.utils.jsonable import to_plain
from keras_ssl.utils.text import format_table
from keras_ssl.utils.typing import Config


@dataclasses.dataclass(frozen=True)
class BatchSizeResult:
    """The result of a search for the batch size; `print` it.

    Args:
        batch_size: Labeled images a step.
        reason: Why this many, in a sentence.
        images_per_second: Labeled and unlabeled images, at each batch size.
        memory: Peak in bytes at each batch size; `None` where the backend
            cannot tell.
        memory_limit: Bytes that there are; `None` if not known.
        memory_budget: Bytes that a step may take, which is less by the margin.
        memory_batch_size: The batch size that would take all of the budget,
            by the line through `memory`; `None` if not known.
        scaling: How a learning rate that was chosen before follows.
        seconds: How long the search took.
        stopped: How many of the sizes were tried, if `max_seconds` ended the
            search.

    Example:

    >>> (x, y), _ = keras_ssl.data.load_digits()
    >>> layers = [keras.layers.Flatten(), keras.layers.Dense(10)]
    >>> model = keras.Sequential([keras.Input((8, 8, 1)), *layers])
    >>> model.compile(
    ...     "adam", keras.losses.SparseCategoricalCrossentropy(from_logits=True)
    ... )
    >>> result = keras_ssl.finders.find_batch_size(
    ...     model, (x, y), max_batch_size=8, rounds=1
    ... )
    >>> result.batch_size, sorted(result.images_per_second)
    (8, [8])
    """

    batch_size: int
    reason: str
    images_per_second: dict[int, float]
    memory: dict[int, int | None]
    memory_limit: float | None
    memory_budget: float | None
    memory_batch_size: int | None
    scaling: RateScaling
    seconds: float
    stopped: str = ""

    def __str__(self) -> str:
        lines = [self.reason, format_table(self.rows), self._memory_text()]
        took = f"The search took {self.seconds:.1f} s."
        return "\n".join([*lines, str(self.scaling), took])

    @property
    def rows(self) -> list[dict[str, Any]]:
        """The measurements as a table, a dictionary a row."""
        return [
            {
                "batch size": size,
                "images per second": f"{rate:,.0f}",
                "peak memory": gib(self.memory[size]),
                "": "chosen" if size == self.batch_size else "",
            }
            for size, rate in self.images_per_second.items()
        ]

    def plot(self, ax: Any = None) -> Any:
        """Draws speed and memory over the batch size.

        Args:
            ax: Matplotlib axes to draw on; those of a new figure by default.

        Returns:
            The Matplotlib axes of the speed.
        """
        return plot_batch_sizes(
            self.images_per_second,
            memory=self.memory,
            budget=self.memory_budget,
            chosen=self.batch_size,
            ax=ax,
        )

    def to_dict(self) -> Config:
        """Everything as dictionaries, lists, numbers and strings, for JSON."""
        scaling = {"learning_rate_factor": self.scaling.factor}
        found = to_plain(dataclasses.asdict(self))
        return {**found, "scaling": {**found["scaling"], **scaling}}

    def _memory_text(self) -> str:
        if None in self.memory.values():
            return "What a step takes of the memory cannot be told here."
        if self.memory_budget is None:
            return "How much memory there is is not known."
        text = f"A step may take {gib(self.memory_budget)}"
        if self.memory_batch_size is None:
            return f"{text}."
        return f"{text}, as a batch of about {self.memory_batch_size:,} would."


def explain(search: Search, chosen: int) -> str:
    """Says in a sentence why a search chose a batch size."""
    rates = search.rates
    best = max(rates, key=lambda size: rates[size])
    speed = f"Batch size {chosen}: {rates[chosen]:,.0f} images per second"
    if search.peaks[chosen] is not None:
        speed += f" with {gib(search.peaks[chosen])}"
    if search.tried and chosen not in search.tried:
        return (
            f"{speed}. It is the default of `fit`, or the most that the data "
            f"allow, as only {search.tried[0]} was tried."
        )
    if best == chosen:
        rank = "the fastest"
    else:
        rank = (
            f"within {search.tolerance:.0%} of the fastest, {best} with "
            f"{rates[best]:,.0f}"
        )
    tried = f"of {min(rates)} to {max(rates)}"
    if len(rates) == 1:
        rank, tried = "the only one tried", ""
    return f"{speed}, {rank} {tried}".rstrip() + f"; {search.stopped}."

"""The result of a search for the learning rate, to print, draw and save."""

import dataclasses
import math
from collections.abc import Mapping
from typing import Any

import numpy as np

from keras_ssl.finders.rate_trials import TOLERANCE
from keras_ssl.finders.rate_trials import RangeTest
from keras_ssl.finders.rate_trials import best_rate
from keras_ssl.finders.suggestions import SUGGESTIONS
from keras_ssl.finders.suggestions import smooth_curve
from keras_ssl.finders.suggestions import suggest
from keras_ssl.plots.finders import plot_range_test
from keras_ssl.utils.text import format_table
from keras_ssl.utils.typing import Array
from keras_ssl.utils.typing import Config

TRIALS = "trials"


@dataclasses.dataclass(frozen=True)
class LearningRateResult:
    """The result of a search for the learning rate; `print` it.

    Args:
        rate: The learning rate; `None` if the loss never fell, nor in a short
            training.
        reason: Why this one, in a sentence.
        rule: The rule that chose it.
        suggestions: What each rule suggests; `None` if the loss never fell.
        tests: The range tests.
        trials: The losses of short trainings, by their rate; none if the rate
            is that of the range tests.
        seconds: How long the search took.
        stopped: How many of the rates were tried, if `max_steps` ended the
            search.

    Example:

    >>> rates = np.geomspace(1e-4, 1, 50).tolist()
    >>> losses = (2 - np.tanh(np.log10(rates) + 2)).tolist()
    >>> test = RangeTest(rates, losses, losses, "loss", diverged=False)
    >>> result = summarize([test], "steepest")
    >>> 1e-3 < result.rate < 1e-1
    True
    """

    rate: float | None
    reason: str
    rule: str
    suggestions: Mapping[str, float | None]
    tests: list[RangeTest]
    trials: Mapping[float, float] = dataclasses.field(default_factory=dict)
    seconds: float = 0.0
    stopped: str = ""

    def __str__(self) -> str:
        table = format_table(self.rows)
        took = f"The search took {self.seconds:.1f} s"
        took += f" and {self.stopped}." if self.stopped else "."
        return f"{self.reason}\n{table}\n{took}"

    @property
    def rows(self) -> list[dict[str, str]]:
        """The rules' suggestions and the trials' losses, a dictionary a row."""
        rules = [
            {"rule": name, "learning rate": _text(rate), "loss": ""}
            for name, rate in self.suggestions.items()
        ]
        trials = [
            {
                "rule": "trial",
                "learning rate": _text(rate),
                "loss": f"{loss:.3g}",
            }
            for rate, loss in self.trials.items()
        ]
        return [*rules, *trials]

    def plot(self, ax: Any = None) -> Any:
        """Draws the losses over the rates, and the suggestions.

        Args:
            ax: Matplotlib axes to draw on; those of a new figure by default.

        Returns:
            The Matplotlib axes.
        """
        curves = [
            {
                "rates": test.rates,
                "losses": test.losses,
                "smooth": smooth_curve(test.rates, test.losses)[1].tolist(),
            }
            for test in self.tests
        ]
        suggestions, chosen = self.suggestions, self.rule
        if self.trials:
            suggestions = {**suggestions, TRIALS: self.rate}
            chosen = TRIALS
        return plot_range_test(
            curves,
            suggestions=suggestions,
            chosen=chosen if self.rate else None,
            ylabel=_loss(self.tests).capitalize(),
            ax=ax,
        )

    def to_dict(self) -> Config:
        """Everything as dictionaries, lists, numbers and strings, for JSON."""
        trials = [
            {"rate": rate, "loss": loss if np.isfinite(loss) else None}
            for rate, loss in self.trials.items()
        ]
        return {**dataclasses.asdict(self), "trials": trials}

    @property
    def start(self) -> float | None:
        """The rate with which short trainings begin.

        The rate of the rule; or halfway through the rates that were tried, if
        the loss never fell; or `None`, if it was never finite.
        """
        rates = max((test.rates for test in self.tests), key=len)
        if self.rate is not None or not rates:
            return self.rate
        return math.sqrt(rates[0] * rates[-1])


def summarize(tests: list[RangeTest], rule: str) -> LearningRateResult:
    """Reads every rule's suggestion off the tests, and chooses.

    Args:
        tests: At least one range test, over the same rates.
        rule: The name of the rule that chooses.

    Returns:
        The result. The suggestions are read off the median of the tests' losses
        at each rate; a test that has diverged counts as infinite.
    """
    rates = max((test.rates for test in tests), key=len)
    losses = _median_losses(tests, len(rates))
    suggestions = {name: suggest(rates, losses, name) for name in SUGGESTIONS}
    rate = suggestions[rule]
    return LearningRateResult(
        rate=rate,
        reason=_never_fell(tests)
        if rate is None
        else _reason(rate, rule, tests),
        rule=rule,
        suggestions=suggestions,
        tests=tests,
    )


def decide(
    result: LearningRateResult,
    trials: Mapping[float, float],
    untrained: float = math.inf,
) -> LearningRateResult:
    """The rate of the best trial in place of that of the range tests.

    Args:
        result: The result of the range tests.
        trials: Losses by rate; where none is finite, the rate stays, and so
            does `None` where none is 5 % below `untrained`.
        untrained: Loss on the same batches with a learning rate of 0.
    """
    best = best_rate(trials)
    limit = (1 - TOLERANCE) * untrained
    if best is None or (result.rate is None and not trials[best] < limit):
        return dataclasses.replace(result, trials=trials)
    around = (
        f"around {_text(result.rate)}, that of the rule {result.rule!r} from "
        f"the {_loss(result.tests)}."
        if result.rate is not None
        else f"around {_text(result.start)}, as the {_loss(result.tests)} "
        "never fell in the range test."
    )
    reason = (
        f"Learning rate {_text(best)}, the largest of {len(trials)} with which "
        f"a short training ends within {100 * TOLERANCE:.0f} % of the lowest "
        f"loss, {around}"
    )
    return dataclasses.replace(result, rate=best, reason=reason, trials=trials)


def _median_losses(tests: list[RangeTest], count: int) -> Array:
    losses = np.full((len(tests), count), np.inf)
    for row, test in zip(losses, tests, strict=True):
        row[: len(test.losses)] = test.losses
    return np.median(losses, axis=0)


def _reason(rate: float, rule: str, tests: list[RangeTest]) -> str:
    text = (
        f"Learning rate {_text(rate)}, by the rule {rule!r} from the "
        f"{_loss(tests)}"
    )
    if len(tests) == 1:
        return text + "."
    alone = [suggest(test.rates, test.losses, rule) for test in tests]
    each = ", ".join(map(_text, alone))
    return f"{text}, median of {len(tests)} range tests (alone: {each})."


def _never_fell(tests: list[RangeTest]) -> str:
    longest = max((test.rates for test in tests), key=len)
    if not longest:
        return (
            f"No learning rate: the {_loss(tests)} is not finite before the "
            "first step. Look at the images, the labels and the loss."
        )
    return (
        f"No learning rate: the {_loss(tests)} never fell from "
        f"{_text(longest[0])} to {_text(longest[-1])}. Check that images and "
        "labels belong together, or take more steps; a model that is trained "
        "already may have nothing left to learn."
    )


def _loss(tests: list[RangeTest]) -> str:
    return tests[0].loss_name.replace("_", " ")


def _text(rate: float | None) -> str:
    return "none" if rate is None else f"{rate:.2g}"

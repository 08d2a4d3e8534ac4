"""The result of a search for the augmentation."""

import dataclasses
from collections.abc import Mapping
from typing import Any
from typing import NamedTuple

from keras_ssl.augmentation.policy import Policy
from keras_ssl.finders.augmentation_distance import Distances
from keras_ssl.plots.finders import plot_augmentation_search
from keras_ssl.utils.text import format_table
from keras_ssl.utils.typing import Config


class Trial(NamedTuple):
    """One short training.

    Args:
        stage: What was searched: "mirror", "rotate", ...
        change: The arguments of `Policy` that it changed.
        accuracy: Share of the validation images that were right.
        gain: Over the trial before that was kept.
        error: Standard error of the gain, over the images.
        kept: Whether it was kept.
    """

    stage: str
    change: Mapping[str, Any]
    accuracy: float
    gain: float
    error: float
    kept: bool

    @property
    def name(self) -> str:
        """The change in words: "mirror", "rotate 31"."""
        ((name, value),) = self.change.items()
        word = name.replace("_level", "").replace("_", " ")
        return word if value is True else f"{word} {value:g}"


@dataclasses.dataclass(frozen=True)
class AugmentationResult:
    """The result of a search for the augmentation; `print` it.

    Args:
        settings: The arguments of `keras_ssl.augmentation.Policy` to take.
        baseline: Accuracy of the trial without augmentation.
        trials: All others, in order.
        distances: How far each transform moved the loss, by magnitude; empty if
            no levels were searched.
        images: How many validation images there were.
        steps: Training steps in all.
        seconds: How long the search took.
        stopped: How many of the trials were made, if `max_steps` ended the
            search.

    Example:

    >>> settings = {"mirror": True}
    >>> trial = Trial("mirror", settings, 0.82, 0.02, 0.01, kept=True)
    >>> result = AugmentationResult(
    ...     settings, 0.8, [trial], {}, images=100, steps=60, seconds=1.0
    ... )
    >>> result.policy().mirror
    True
    """

    settings: Config
    baseline: float
    trials: list[Trial]
    distances: Distances
    images: int
    steps: int
    seconds: float
    stopped: str = ""

    def policy(self, **changes: Any) -> Policy:
        """The augmentation.

        Args:
            **changes: Arguments of `Policy` to set otherwise.
        """
        return Policy(**{**self.settings, **changes})

    @property
    def kept(self) -> list[str]:
        """The changes that were kept, in words."""
        return [trial.name for trial in self.trials if trial.kept]

    @property
    def reason(self) -> str:
        """The result in a sentence."""
        accuracy = [t.accuracy for t in self.trials if t.kept]
        text = ", ".join(self.kept) or "no augmentation"
        return (
            f"Augmentation: {text}. Validation accuracy of short trainings "
            f"{100 * self.baseline:.1f} % without, "
            f"{100 * (accuracy or [self.baseline])[-1]:.1f} % with, of "
            f"{self.images:,} images."
        )

    @property
    def rows(self) -> list[dict[str, str]]:
        """The trials, as a table."""
        return [
            {
                "trial": trial.name,
                "accuracy (%)": f"{100 * trial.accuracy:.2f}",
                "gain": f"{100 * trial.gain:+.2f} ± {100 * trial.error:.2f}",
                "": "kept" if trial.kept else "",
            }
            for trial in self.trials
        ]

    def __str__(self) -> str:
        took = f"{self.steps:,} steps in {self.seconds:.1f} s."
        return f"{self.reason}\n{format_table(self.rows)}\n{took}"

    def plot(self, ax: Any = None) -> Any:
        """Draws the accuracy of each trial, and what was kept.

        Args:
            ax: Matplotlib axes to draw on; those of a new figure by default.

        Returns:
            The Matplotlib axes.
        """
        return plot_augmentation_search(
            self.baseline,
            [
                {
                    "name": trial.name,
                    "accuracy": trial.accuracy,
                    "error": trial.error,
                    "kept": trial.kept,
                }
                for trial in self.trials
            ],
            ax=ax,
        )

    def to_dict(self) -> Config:
        """Everything as dictionaries, lists, numbers and strings, for JSON."""
        trials = [trial._asdict() for trial in self.trials]
        return {**dataclasses.asdict(self), "trials": trials}

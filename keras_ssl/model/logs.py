"""What `fit` logs: the same keys every epoch, and few numbers on the screen."""

import math
from collections.abc import Collection
from typing import Any

import keras

Logs = dict[str, Any]

SHOWN = ("unlabeled_loss", "mask_ratio")
ROOM = 6
ALL = "all"


def with_logs(
    callbacks: list[Any], names: Collection[str], verbose: int | str
) -> list[Any]:
    """The callbacks, with those that keep logs steady and progress short.

    Args:
        callbacks: What `fit` calls.
        names: What semi-supervised epochs log beside the compiled metrics.
        verbose: The argument of `fit`; 0 and `"all"` leave progress to Keras.
    """
    kinds = keras.callbacks.ProgbarLogger
    own = any(isinstance(each, kinds) for each in callbacks)
    short = [] if own or verbose in (0, ALL) else [ShortProgress(names)]
    return [SteadyLogs(names), *callbacks, *short]


class SteadyLogs(keras.callbacks.Callback):
    """Gives every epoch the same keys, as `CSVLogger` and a table need them.

    What a supervised epoch does not measure is NaN there. The history of a
    `fit` that was supervised throughout goes without.

    Args:
        names: What semi-supervised epochs log beside the compiled metrics.

    Example:

    >>> steady, logs = SteadyLogs({"mask_ratio"}), {"loss": 1.0}
    >>> steady.on_epoch_end(0, logs)
    >>> logs
    {'loss': 1.0, 'mask_ratio': nan}
    """

    def __init__(self, names: Collection[str]) -> None:
        super().__init__()
        self.names = set(names)
        self.first, self.measured = True, False

    def on_epoch_end(self, epoch: int, logs: Logs | None = None) -> None:
        """Adds what is missing."""
        logs = logs if logs is not None else {}
        if self.first and SHOWN[0] in logs:
            self.names &= logs.keys()  # a method may not measure them all
        self.first = False
        self.measured |= SHOWN[0] in logs
        for name in sorted(self.names - logs.keys()):
            logs[name] = math.nan

    def on_train_end(self, logs: Logs | None = None) -> None:
        """Takes columns of NaN alone out of the history."""
        if not self.measured:
            for name in self.names:
                self.model.history.history.pop(name, None)


class ShortProgress(keras.callbacks.ProgbarLogger):
    """Keras' progress bar, with at most six numbers if two are ours.

    Args:
        ours: Names of numbers that nobody asked for. Of them `unlabeled_loss`
            and `mask_ratio` are shown, where there is room.
    """

    def __init__(self, ours: Collection[str]) -> None:
        super().__init__()
        self.ours = set(ours)

    def on_train_batch_end(self, batch: int, logs: Logs | None = None) -> None:
        """Shows a step."""
        super().on_train_batch_end(batch, self.shown(logs or {}))

    def on_epoch_end(self, epoch: int, logs: Logs | None = None) -> None:
        """Shows an epoch."""
        super().on_epoch_end(epoch, self.shown(logs or {}))

    def shown(self, logs: Logs) -> Logs:
        """The numbers that are shown.

        Args:
            logs: Numbers by name.

        Example:

        >>> progress = ShortProgress(["confidence", "mask_ratio"])
        >>> progress.shown({"loss": 1.0, "confidence": 0.5, "mask_ratio": 0.1})
        {'loss': 1.0, 'mask_ratio': 0.1}
        """
        asked = {n: v for n, v in logs.items() if n not in self.ours}
        room = max(ROOM - len(asked), 0)
        known = [n for n in SHOWN if n in logs and not math.isnan(logs[n])]
        return {**asked, **{name: logs[name] for name in known[:room]}}

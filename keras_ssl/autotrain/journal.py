"""`Journal`: what happened in each epoch, also across an interruption."""

import json
import time
from collections.abc import Callable
from typing import Any

import keras
import numpy as np

from keras_ssl.model.phases import SEMI_SUPERVISED
from keras_ssl.model.phases import SUPERVISED

STAGES = {SUPERVISED: "phase 1", SEMI_SUPERVISED: "phase 2"}
KEPT = "journal"


class Journal(keras.callbacks.Callback):
    """Notes phase, time and logs of each epoch, and what phase 1 achieved.

    The notes are saved with the model's weights, so that a backup has those of
    the epochs that it holds.

    Args:
        measure: Called when phase 1 has ended; returns the accuracy.

    Attributes:
        epochs: A dictionary an epoch: `"phase"`, `"seconds"`, those of
            `"compiling"` among them, and `"logs"`; and `"accuracy"` in the last
            one of phase 1.
    """

    def __init__(self, measure: Callable[[], float]) -> None:
        super().__init__()
        self.measure = measure
        self.epochs: list[dict[str, Any]] = []

    def recall(self, logs: Any = None) -> None:
        """Takes over the epochs of an interrupted run, once it is restored.

        None may be left that would begin.
        """
        kept = self.model.callback_state.get(KEPT)
        if kept is not None:
            self.epochs = json.loads(np.asarray(kept).tobytes())

    def on_epoch_begin(self, epoch: int, logs: Any = None) -> None:
        """Forgets epochs that are repeated."""
        self.epochs = self.epochs[:epoch]
        self._phase, self._begin = self.model.phase, time.perf_counter()
        self._compiled = self.model.compiling.seconds

    def on_epoch_end(self, epoch: int, logs: Any = None) -> None:
        """Notes the epoch. `PhaseSwitch` has acted already."""
        logs = {name: float(value) for name, value in logs.items()}
        if self._phase == SUPERVISED:
            logs["labeled_loss"] = logs["loss"]  # there is no other
        note = {
            "phase": STAGES[self._phase],
            "seconds": time.perf_counter() - self._begin,
            "compiling": self.model.compiling.seconds - self._compiled,
            "logs": logs,
        }
        if self.model.phase != self._phase:
            note["accuracy"] = self.measure()
        self.epochs.append(note)
        self.model.callback_state[KEPT] = np.frombuffer(
            json.dumps(self.epochs).encode(), "uint8"
        )

    @property
    def history(self) -> dict[str, dict[str, list[float]]]:
        """One list of values for each name in the logs, by phase."""
        phases: dict[str, dict[str, list[float]]] = {}
        for epoch in self.epochs:
            columns = phases.setdefault(epoch["phase"], {})
            for name, value in epoch["logs"].items():
                columns.setdefault(name, []).append(value)
        return phases

    @property
    def accuracy(self) -> float | None:
        """The accuracy at the end of phase 1, if that has ended."""
        found = [each["accuracy"] for each in self.epochs if "accuracy" in each]
        return found[-1] if found else None

    def seconds(self, phase: str, *, compiling: bool = True) -> float:
        """The seconds that the epochs of a phase took, with validation.

        Args:
            phase: `"phase 1"` or `"phase 2"`.
            compiling: Whether those count that its step was compiled in.
        """
        epochs = [each for each in self.epochs if each["phase"] == phase]
        seconds = sum(each["seconds"] for each in epochs)
        if compiling:
            return seconds
        return seconds - sum(each.get("compiling", 0) for each in epochs)

    def count(self, phase: str) -> int:
        """The number of epochs of a phase."""
        return sum(e["phase"] == phase for e in self.epochs)

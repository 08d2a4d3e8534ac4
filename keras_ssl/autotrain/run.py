"""`Run`: what the steps of `train` share, and its folder."""

import contextlib
import dataclasses
import json
import pathlib
import shutil
import time
from collections.abc import Iterator
from typing import Any

import numpy as np
from keras import ops

from keras_ssl.autotrain.evaluation import Evaluation
from keras_ssl.autotrain.evaluation import evaluate
from keras_ssl.autotrain.parts import Parts
from keras_ssl.autotrain.state import State
from keras_ssl.model.semi_supervised import SemiSupervisedModel
from keras_ssl.report.record import Setting
from keras_ssl.report.storage import is_saved
from keras_ssl.report.training_report import TrainingReport
from keras_ssl.utils.console import say
from keras_ssl.utils.folder import check_conditions
from keras_ssl.utils.folder import write_text
from keras_ssl.utils.jsonable import to_plain
from keras_ssl.utils.registry import config_of
from keras_ssl.utils.typing import Array
from keras_ssl.utils.typing import Config

BACKUP = "backup"
POLICY = "augmentation.json"
FOUND = "found"


@dataclasses.dataclass
class Run:
    """The state that the steps of `train` share.

    Args:
        model: The wrapped model.
        parts: The data.
        logits: Whether the model gives logits, not probabilities.
        state: What has been found so far.
        folder: Where to keep it, or `None`.
        verbose: 1 prints what is going on, 0 nothing.
    """

    model: SemiSupervisedModel
    parts: Parts
    logits: bool
    state: State
    folder: pathlib.Path | None
    verbose: int

    @property
    def report(self) -> TrainingReport:
        """What has been found so far, to be read."""
        return self.state.report

    def note(self, name: str, value: Any, why: str) -> None:
        """Keeps a setting, and why it is as it is."""
        setting = Setting(name, value, why)
        if setting not in self.report.settings:
            others = [s for s in self.report.settings if s.name != name]
            self.report.settings = [*others, setting]

    def recall(self, name: str) -> Any:
        """Returns what an interrupted run has found before, or `None`."""
        for each in self.report.settings:
            if each.name == name and each.why.startswith(FOUND):
                return each.value
        return None

    def say(self, text: str) -> None:
        """Prints a line, if it may."""
        say(f"train: {text}", self.verbose)

    @contextlib.contextmanager
    def telling(self, state: str) -> Iterator[None]:
        """Says what state the model is in, if the user interrupts."""
        try:
            yield
        except KeyboardInterrupt:
            how = "Build it anew to begin anew"
            if self.folder is not None:
                how = f"Call `train` with resume={str(self.folder)!r} to go on"
            self.say(f"interrupted; {state}. {how}.")
            raise

    @contextlib.contextmanager
    def timed(self, step: str) -> Iterator[None]:
        """Keeps how long a step took."""
        begin = time.perf_counter()
        yield
        self.report.seconds = {
            **self.report.seconds,
            step: time.perf_counter() - begin,
        }

    def evaluate(self) -> Evaluation:
        """Predicts the test images, or else the validation images."""
        role = "validation" if self.parts.test is None else "test"
        return self._evaluate(role)

    def validate(self) -> Evaluation:
        """Predicts the validation images."""
        return self._evaluate("validation")

    def _evaluate(self, role: str) -> Evaluation:
        images = getattr(self.parts, role)
        return evaluate(self.model, images, role, logits=self.logits)

    def evaluation_values(self) -> list[Array]:
        """Copies the values of the network's variables that evaluation uses."""
        return [
            np.array(ops.convert_to_numpy(value))
            for _, value in self.model.evaluation_weights()
        ]

    def assign(self, values: list[Array]) -> None:
        """Gives the network's variables values, which evaluation then uses."""
        variables = self.model.network.variables
        for variable, value in zip(variables, values, strict=True):
            variable.assign(value)
        self.model.restart_average()

    def save(self, *, trained: bool = False) -> None:
        """Writes the state into the folder, and then what it shows.

        Args:
            trained: Whether the model has the weights to keep.
        """
        if trained:
            self.state.weights = self.evaluation_values()
        if self.folder is None:
            return
        self.state.save(self.folder)
        self._show()

    def load(self) -> None:
        """Gives the model the weights that an earlier run has trained.

        What that run did not come to write is written now.
        """
        self.assign(self.state.weights)
        self.report.model = self.model
        if self.folder and not is_saved(self.report, self.folder):
            self._show()

    def _show(self) -> None:
        """Writes report, figures and model; deletes a backup that has served.

        They are made from the state, and nothing reads them.
        """
        folder = self.folder or pathlib.Path()
        # Without Matplotlib there are no figures, and all the rest.
        with contextlib.suppress(ImportError):
            self.report.save(folder)
        if self.state.policy:
            text = json.dumps(self.state.policy, indent=2)
            write_text(folder / POLICY, text)
        if self.report.accuracy:
            shutil.rmtree(folder / BACKUP, ignore_errors=True)

    def begin(self, arguments: Config) -> list[Array]:
        """Begins the run of the folder, or goes on with it.

        Args:
            arguments: By name; objects are known by their config.

        Returns:
            The network's weights when the run began, interrupted or not.

        Raises:
            ValueError: The folder holds a run with other ones.
        """
        plain = to_plain({k: config_of(v) for k, v in arguments.items()})
        if self.folder and self.state.proven:
            check_conditions(self.folder, self.state.arguments, plain)
        if self.state.arguments != plain:
            weights = [
                np.array(ops.convert_to_numpy(weight))
                for weight in self.model.network.weights
            ]
            report = TrainingReport(arguments["seed"])
            self.state = State(report, plain, initial=weights)
            if self.folder is not None:
                self.state.save(self.folder)
                # Of a run whose state is gone.
                shutil.rmtree(self.folder / BACKUP, ignore_errors=True)
        return self.state.initial

    def prove(self) -> None:
        """Keeps the arguments for good, as they have proven valid."""
        if self.folder is not None and not self.state.proven:
            self.state.proven = True
            self.state.save(self.folder)

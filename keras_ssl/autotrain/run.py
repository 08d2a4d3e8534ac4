"""`Run`: what the steps of `train` share, and its folder."""

import contextlib
import dataclasses
import pathlib
import shutil
import time
from collections.abc import Iterator
from typing import Any

import keras
import numpy as np
from keras import ops

from keras_ssl.autotrain.evaluation import Evaluation
from keras_ssl.autotrain.evaluation import evaluate
from keras_ssl.autotrain.parts import Parts
from keras_ssl.model.semi_supervised import SemiSupervisedModel
from keras_ssl.report.record import Setting
from keras_ssl.report.training_report import TrainingReport
from keras_ssl.utils.console import say
from keras_ssl.utils.folder import check_conditions
from keras_ssl.utils.folder import read_json
from keras_ssl.utils.folder import replacing
from keras_ssl.utils.folder import write_json
from keras_ssl.utils.jsonable import to_plain
from keras_ssl.utils.registry import config_of
from keras_ssl.utils.typing import Array
from keras_ssl.utils.typing import Config

MODEL = "model.keras"
ARGUMENTS = "arguments.json"
BACKUP = "backup"
WEIGHTS = "initial_weights.npz"
FOUND = "found"


@dataclasses.dataclass
class Run:
    """The state that the steps of `train` share.

    Args:
        model: The wrapped model.
        parts: The data.
        logits: Whether the model gives logits, not probabilities.
        report: What has been found so far.
        folder: Where to keep it, or `None`.
        verbose: 1 prints what is going on, 0 nothing.
    """

    model: SemiSupervisedModel
    parts: Parts
    logits: bool
    report: TrainingReport
    folder: pathlib.Path | None
    verbose: int

    def note(self, name: str, value: Any, why: str) -> None:
        """Keeps a setting, and why it is as it is."""
        others = [each for each in self.report.settings if each.name != name]
        self.report.settings = [*others, Setting(name, value, why)]

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

    def load_weights(self, folder: pathlib.Path) -> None:
        """Gives the network the weights that an earlier run has saved."""
        saved = keras.saving.load_model(
            folder / MODEL, compile=False, safe_mode=False
        )
        self.model.network.set_weights(saved.network.get_weights())
        self.model.restart_average()
        self.report.model = self.model

    def save(self) -> None:
        """Writes the report into the folder, if there is one."""
        if self.folder is None:
            return
        # Without Matplotlib there are no figures, and all the rest.
        with contextlib.suppress(ImportError):
            self.report.save(self.folder)
        if self.report.accuracy:
            shutil.rmtree(self.folder / BACKUP, ignore_errors=True)

    def check_arguments(self, arguments: Config) -> Config:
        """Returns the arguments as plain values.

        Args:
            arguments: By name; objects are known by their config.

        Raises:
            ValueError: The folder holds a run with other ones.
        """
        plain = to_plain({k: config_of(v) for k, v in arguments.items()})
        before = self.folder and read_json(self.folder / ARGUMENTS)
        if self.folder and before:
            check_conditions(self.folder, before, plain)
        return plain

    def keep_arguments(self, plain: Config) -> None:
        """Writes plain arguments into the folder, if there is one."""
        if self.folder is not None:
            write_json(self.folder / ARGUMENTS, plain)

    def initial_weights(self) -> list[Array]:
        """The network's weights when the run began, interrupted or not."""
        weights = [
            np.array(ops.convert_to_numpy(weight))
            for weight in self.model.network.weights
        ]
        if self.folder is None:
            return weights
        file = self.folder / WEIGHTS
        if not file.exists():
            with replacing(file) as stream:
                np.savez(stream, *weights)
        with np.load(file) as kept:
            return list(kept.values())


def open_report(folder: pathlib.Path | None, seed: int) -> TrainingReport:
    """The report of an earlier, interrupted run, or a new one.

    Args:
        folder: The folder of the run, or `None`.
        seed: Of the run.
    """
    if folder is None or not (folder / "report.json").exists():
        return TrainingReport(seed)
    return TrainingReport.load(folder)

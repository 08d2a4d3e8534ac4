"""`State`: all that a folder keeps of a run of `train`, in one file."""

import dataclasses
import pathlib
from typing import Any

import numpy as np

from keras_ssl.report.storage import from_numbers
from keras_ssl.report.storage import to_numbers
from keras_ssl.report.training_report import TrainingReport
from keras_ssl.utils.folder import read_whole
from keras_ssl.utils.folder import replacing
from keras_ssl.utils.jsonable import dumps
from keras_ssl.utils.jsonable import loads
from keras_ssl.utils.typing import Array
from keras_ssl.utils.typing import Config

FILE = "state.npz"
LISTS = "initial", "weights"
# What runs have kept beside it, or in place of it in earlier versions.
EARLIER = "report.json", "arguments.json", "initial_weights.npz"


@dataclasses.dataclass
class State:
    """What a run needs to go on after an interruption.

    Model, report and arguments are one file, so that they are of one time
    whenever the program was killed.

    Args:
        report: What has been found so far.
        arguments: What the run began with, as plain values.
        proven: Whether the run has accepted them.
        policy: The config of the augmentation that was found.
        initial: The weights of the network before training.
        weights: The values of its variables after training, if it has ended.
    """

    report: TrainingReport
    arguments: Config = dataclasses.field(default_factory=dict)
    proven: bool = False
    policy: Config | None = None
    initial: list[Array] = dataclasses.field(default_factory=list)
    weights: list[Array] = dataclasses.field(default_factory=list)

    def save(self, folder: pathlib.Path) -> None:
        """Writes it, and keeps the one before.

        Args:
            folder: The folder of the run.

        Raises:
            OSError: The disk is full, or may not be written to.
        """
        plain = {
            "report": to_numbers(self.report),
            "figures": {
                f"finding_{number}": finding.figure
                for number, finding in enumerate(self.report.findings, start=1)
            },
            "arguments": self.arguments,
            "proven": self.proven,
            "policy": self.policy,
        }
        arrays = {
            f"{name}.{index:06}": value
            for name in LISTS
            for index, value in enumerate(getattr(self, name))
        }
        text = np.frombuffer(dumps(plain).encode(), "uint8")
        with replacing(folder / FILE, keep=True) as new:
            np.savez(new, text=text, **arrays)


def open_state(folder: pathlib.Path | None, seed: int) -> State:
    """The state of an earlier, interrupted run, or a new one.

    Args:
        folder: The folder of the run, or `None`.
        seed: Of the run.

    Raises:
        ValueError: The folder holds another report, or is damaged.
    """
    found = folder and read_whole(folder / FILE, _read)
    if found:
        return found
    if folder and any((folder / name).exists() for name in EARLIER):
        raise ValueError(
            f"Received: the folder {str(folder)!r} of a run, without its "
            f"{FILE}, as earlier versions wrote it. Expected the folder of a "
            "run that this version began, or an empty one: the older run "
            "cannot go on. Pass another folder to begin anew; what the older "
            "run found stays in this one."
        )
    return State(TrainingReport(seed))


def _read(file: pathlib.Path) -> State:
    with file.open("rb") as stream, np.load(stream) as kept:
        plain: dict[str, Any] = loads(kept["text"].tobytes().decode())
        for name in LISTS:
            own = [n for n in kept.files if n.startswith(f"{name}.")]
            plain[name] = [kept[n] for n in own]
    numbers, figures = plain.pop("report"), plain.pop("figures")
    return State(TrainingReport(**from_numbers(numbers, figures)), **plain)

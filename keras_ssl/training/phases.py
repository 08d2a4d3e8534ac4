"""The training itself, in two phases; and the baseline, in one."""

import dataclasses
import math
from collections.abc import Sequence
from typing import Any

import keras

from keras_ssl import callbacks as ours
from keras_ssl.phased import SUPERVISED
from keras_ssl.preserve import preserved
from keras_ssl.training.journal import Journal
from keras_ssl.training.parts import are_arrays
from keras_ssl.training.run import BACKUP
from keras_ssl.training.run import Run
from keras_ssl.typing import Array

ARGUMENTS = ("x", "y", "sample_weight")


@dataclasses.dataclass(frozen=True)
class Schedule:
    """How long to train, and on how much at a time.

    Args:
        batch_size: Labeled images a step.
        unlabeled_ratio: Unlabeled images per labeled one.
        steps_per_epoch: Steps after which the model is validated.
        epochs: Of both phases at most.
        patience: Epochs without a lower validation loss that end a phase.
        warmup_steps: Steps before the first epoch of each phase.
    """

    batch_size: int
    unlabeled_ratio: int
    steps_per_epoch: int
    epochs: int
    patience: int
    warmup_steps: int

    @property
    def first_phase(self) -> int:
        """Epochs of phase 1 at most."""
        return math.ceil(self.epochs / 3)


def train_phases(
    run: Run, schedule: Schedule, others: Sequence[keras.callbacks.Callback]
) -> tuple[Journal, ours.BatchNormWarmup]:
    """Trains supervised, then semi-supervised.

    Args:
        run: The run.
        schedule: How long.
        others: Callbacks of the user.

    Returns:
        The journal, and the callback that has checked BatchNorm.
    """
    journal = Journal(lambda: run.evaluate().accuracy, run.folder)
    switch = ours.PhaseSwitch(
        patience=schedule.patience,
        epoch=schedule.first_phase,
        verbose=run.verbose,
    )
    backup = []
    if run.folder is not None:
        # It goes once the report is saved.
        backup = [
            keras.callbacks.BackupAndRestore(
                run.folder / BACKUP, delete_checkpoint=False
            )
        ]
    warmup = ours.BatchNormWarmup(schedule.warmup_steps, verbose=run.verbose)
    run.model.phase = SUPERVISED
    added = [switch, warmup, ours.CollapseWarning(), *others, journal, *backup]
    _fit(run, schedule, schedule.epochs, added, verbose=run.verbose)
    return journal, warmup


def compare(
    run: Run, schedule: Schedule, weights: list[Array], rate: float
) -> None:
    """Trains as many steps on the labeled images alone, and notes the accuracy.

    Afterwards the model is as it was.

    Args:
        run: A run whose training has ended.
        schedule: How long at a time.
        weights: Those of the network, as before training.
        rate: The learning rate.
    """
    model, labeled = run.model, run.parts.labeled
    phases = [len(columns["loss"]) for columns in run.report.history.values()]
    more = (len(phases) - 1) * schedule.warmup_steps
    epochs = sum(phases) + math.ceil(more / schedule.steps_per_epoch)
    run.say(f"baseline, {epochs} epochs with labels alone ...")
    # Without a limit, the phase ends with `fit`, and with its best weights.
    switch = ours.PhaseSwitch(patience=None, verbose=0)
    warmup = ours.BatchNormWarmup(
        schedule.warmup_steps,
        images=labeled[0] if are_arrays(labeled) else None,
        verbose=0,
    )
    with run.timed("baseline"), preserved(model):
        model.network.set_weights(weights)
        ours.reset_optimizer(model, rate)
        model.phase = SUPERVISED
        _fit(run, schedule, epochs, [switch, warmup], verbose=0)
        accuracy = run.evaluate().accuracy
    run.report.accuracy = {"baseline": accuracy, **run.report.accuracy}


def _fit(
    run: Run, schedule: Schedule, epochs: int, added: list[Any], verbose: int
) -> None:
    data = run.parts.labeled
    arrays = data if are_arrays(data) else [data]
    plateau = ours.ReduceLROnPlateau(patience=max(1, schedule.patience // 2))
    run.model.fit(
        **dict(zip(ARGUMENTS, arrays, strict=False)),
        unlabeled_data=run.parts.unlabeled,
        unlabeled_ratio=schedule.unlabeled_ratio,
        batch_size=schedule.batch_size,
        steps_per_epoch=schedule.steps_per_epoch,
        epochs=epochs,
        validation_data=run.parts.validation,
        verbose=verbose,
        callbacks=[*added, plateau],
    )

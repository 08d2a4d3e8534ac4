"""The end of `train`: what came out, as the report says it."""

import math
from typing import Any

import keras
import numpy as np

from keras_ssl.autotrain.evaluation import Evaluation
from keras_ssl.autotrain.journal import Journal
from keras_ssl.autotrain.run import Run
from keras_ssl.autotrain.training import Schedule
from keras_ssl.callbacks import BatchNormWarmup
from keras_ssl.finders.augmentation_search import standard_error
from keras_ssl.finders.memory_line import gib
from keras_ssl.report.classification import Classification
from keras_ssl.report.record import Finding
from keras_ssl.report.samples import make_samples
from keras_ssl.report.sentences import points
from keras_ssl.report.training_report import TrainingReport
from keras_ssl.utils.checks import are_arrays
from keras_ssl.utils.memory import list_devices
from keras_ssl.utils.memory import read_peak_memory
from keras_ssl.utils.typing import Array

PHASES = "phase 1", "phase 2"
VALIDATION = {
    "cosine": "validation images",
    "plateau": "validation images, which decided when to stop",
}


def describe(
    run: Run, journal: Journal, warmup: BatchNormWarmup, schedule: Schedule
) -> None:
    """Completes the report of a run whose training has ended.

    Args:
        run: The run.
        journal: Its epochs.
        warmup: What has checked BatchNorm.
        schedule: How long at a time it was trained.
    """
    report, result = run.report, measure(run)
    first = journal.accuracy
    report.accuracy = {} if first is None else {PHASES[0]: first}
    last = list(journal.history)[-1]
    report.accuracy = {**report.accuracy, last: result.accuracy}
    images = VALIDATION[schedule.schedule]
    report.measured_on = images if run.parts.test is None else "test images"
    report.measured_images = len(result.labels)
    report.history = journal.history
    report.batch_norm = warmup.findings
    report.findings = [*report.findings, _stopping(journal, schedule)]
    report.decision = f"Kept: the model of {kept_phase(report, schedule)}"
    report.decision += (
        "." if schedule.settles else ", as its validation loss was the lowest."
    )
    seconds = {name: journal.seconds(name) for name in PHASES}
    report.seconds = {**report.seconds, **seconds}
    report.machine = _machine(journal, schedule, run)
    report.model = run.model


def measure(run: Run) -> Evaluation:
    """Predicts the test images, and reports the result class by class."""
    report, result = run.report, run.evaluate()
    names = run.parts.class_names or None
    report.classification = Classification.measure(
        result.probabilities, result.labels, class_names=names
    )
    shown = len(result.images)
    report.samples = make_samples(
        result.images,
        result.probabilities[:shown],
        result.labels[:shown],
        class_names=names,
    )
    return result


def _stopping(journal: Journal, schedule: Schedule) -> Finding:
    rows: list[dict[str, Any]] = []
    for phase, columns in journal.history.items():
        losses = columns["val_loss"]
        best = int(np.argmin(np.nan_to_num(losses, nan=np.inf)))
        rows.append(
            {
                "phase": phase,
                "epochs": len(losses),
                "best epoch": best + 1,
                "validation loss": losses[best],
            }
        )
    lowest = min(rows, key=lambda row: row["validation loss"])
    text = (
        f"Training ended with the weights of epoch {lowest['best epoch']} of "
        f"{lowest['phase']}, where the validation loss was lowest."
    )
    if schedule.settles:
        text = (
            f"Training ended after {len(journal.epochs)} of {schedule.epochs} "
            "epochs, over which the learning rate falls to 0."
        )
    return Finding("Stopping", text, rows)


def _machine(journal: Journal, schedule: Schedule, run: Run) -> dict[str, str]:
    # A dataset may come in batches of another size.
    known = are_arrays(run.parts.labeled)
    images = schedule.steps_per_epoch * schedule.batch_size
    per_step = {PHASES[0]: 1, PHASES[1]: 1 + schedule.unlabeled_ratio}
    speeds = {
        f"images per second, {phase}": (
            f"{images * per_step[phase] * journal.count(phase) / seconds:,.0f}"
        )
        for phase in PHASES
        if known and (seconds := journal.seconds(phase, compiling=False))
    }
    return {
        "devices": ", ".join(list_devices()),
        "backend": f"{keras.backend.backend()}, Keras {keras.__version__}",
        "peak memory": gib(read_peak_memory()),
        **speeds,
    }


def kept_phase(report: TrainingReport, schedule: Schedule) -> str:
    """The phase whose weights the model has when training ends.

    Args:
        report: The report, with its history.
        schedule: How long it was trained: to its end, or to the best epoch.
    """
    *_, last = report.history
    if schedule.settles:
        return last
    losses = {n: each["val_loss"] for n, each in report.history.items()}
    return min(losses, key=lambda name: np.nanmin([*losses[name], np.inf]))


def _decide(phase: str, images: str, *, ahead: bool, idle: bool) -> str:
    if ahead:
        return f"Kept: the baseline, as {phase} was not as good on {images}."
    if idle:
        return (
            "Kept: the baseline, as unlabeled images counted for nothing in "
            f"the end, and {phase} was no better on {images}."
        )
    return (
        f"Kept: the model of {phase}, as the baseline was not better on "
        f"{images}."
    )


TITLE = "Worth of the unlabeled images"
KEPT = "kept: baseline"
IDLE = 0.01
NOTHING = (
    "That is chance, and unlabeled images counted for nothing in the end, so"
)


def lead(ours: Evaluation, other: Evaluation) -> tuple[float, float]:
    """Compares the accuracies of two models on the same images.

    Args:
        ours: What one model says of the images.
        other: What the other says.

    Returns:
        The difference of the accuracies and its standard error, in `[-1, 1]`.

    Example:

    >>> sure, wrong = np.eye(2)[[0, 1, 1, 0]], np.eye(2)[[0, 1, 0, 0]]
    >>> labels, images = np.array([0, 1, 1, 0]), np.zeros((4, 1))
    >>> lead(
    ...     Evaluation(wrong, labels, images), Evaluation(sure, labels, images)
    ... )
    (0.25, 0.25)
    """
    difference = np.subtract(
        other.right.astype("float64"), ours.right.astype("float64")
    )
    if len(difference) < 2:
        return 0.0, 0.0
    return float(difference.mean()), standard_error(difference)


def guard(
    run: Run,
    schedule: Schedule,
    ours: Evaluation,
    other: Evaluation,
    values: list[Array],
) -> None:
    """Gives the model the baseline's weights, if that is ahead.

    Ahead is by more than the standard error of the difference, on the
    validation images. Of two models that are equally good, the baseline then
    passes for ahead in at most one case of six; what that costs is little, as
    they are equally good. Where unlabeled images counted for less than a
    hundredth in the last epoch, the model has learned from labels alone, and
    the baseline need not be ahead: it is kept unless it is behind by more than
    that error. What the report says of single classes is measured anew.

    Args:
        run: A run whose training has ended.
        schedule: How long it was trained.
        ours: What its model says of the validation images.
        other: What the baseline says of them.
        values: The baseline's weights, as `Run.evaluation_values` gives them.
    """
    gain, error = lead(ours, other)
    ahead = gain > error and not math.isclose(gain, error)
    last = list(run.report.history.values())[-1]
    idle = last.get("mask_ratio", [1.0])[-1] < IDLE and gain >= -error
    images = f"the {len(ours.labels):,} validation images"
    text = (
        f"On {images}, the accuracy of the trained model less that of the "
        f"baseline is {points(-100 * gain)}, with a standard error of "
        f"{100 * error:.1f}. "
    )
    phase = kept_phase(run.report, schedule)
    run.report.decision = _decide(phase, images, ahead=ahead, idle=idle)
    run.say(run.report.decision)
    if ahead or idle:
        text += (
            f"{'So' if ahead else NOTHING} the model has the weights of the "
            "baseline now. Are the unlabeled images of the same classes, in "
            "the same proportions?"
        )
    else:
        text += "It is kept, as the baseline is not ahead by more than chance."
    run.report.findings = [
        *(each for each in run.report.findings if each.title != TITLE),
        Finding(TITLE, text),
    ]
    if not (ahead or idle):
        return
    run.say(text)
    run.assign(values)
    report = run.report
    report.accuracy = {**report.accuracy, KEPT: measure(run).accuracy}
    if run.parts.test is None:
        report.measured_on = f"{report.measured_on}, which chose the baseline"

"""The guard of `train`: where the baseline is ahead, it is kept."""

import math

import numpy as np

from keras_ssl.autotrain.evaluation import Evaluation
from keras_ssl.autotrain.outcome import measure
from keras_ssl.autotrain.run import Run
from keras_ssl.report.record import Finding
from keras_ssl.utils.typing import Array

TITLE = "Worth of the unlabeled images"
KEPT = "kept: baseline"
IDLE = 0.01
NOTHING = (
    "That is chance, and unlabeled images counted for nothing in the end, so"
)


def lead(ours: Evaluation, other: Evaluation) -> tuple[float, float]:
    """How much more of the same images another model classifies correctly.

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
    error = difference.std(ddof=1) / np.sqrt(len(difference))
    return float(difference.mean()), float(error)


def guard(
    run: Run, ours: Evaluation, other: Evaluation, values: list[Array]
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
        ours: What its model says of the validation images.
        other: What the baseline says of them.
        values: The baseline's weights, as `Run.evaluation_values` gives them.
    """
    gain, error = lead(ours, other)
    ahead = gain > error and not math.isclose(gain, error)
    last = list(run.report.history.values())[-1]
    idle = last.get("mask_ratio", [1.0])[-1] < IDLE and gain >= -error
    text = (
        f"On {len(ours.labels):,} validation images, the accuracy of the "
        f"trained model is that of the baseline {-100 * gain:+.1f} ± "
        f"{100 * error:.1f} points. "
    )
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

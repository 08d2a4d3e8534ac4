"""The guard of `train`: where unlabeled images hurt, the baseline is kept."""

import numpy as np

from keras_ssl.report.finding import Finding
from keras_ssl.training.evaluation import Evaluation
from keras_ssl.training.outcome import measure
from keras_ssl.training.run import Run
from keras_ssl.typing import Array

TITLE = "Worth of the unlabeled images"


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
    """Gives the model the baseline's weights, if that is clearly better.

    Clearly is by more than the standard error of the difference, on the
    validation images. What the report says of single classes is measured anew.

    Args:
        run: A run whose training has ended.
        ours: What its model says of the validation images.
        other: What the baseline says of them.
        values: The baseline's weights, as `Run.evaluation_values` gives them.
    """
    gain, error = lead(ours, other)
    hurt = gain > error
    text = (
        f"On {len(ours.labels):,} validation images, the accuracy of the "
        f"trained model is that of the baseline {-100 * gain:+.1f} ± "
        f"{100 * error:.1f} points. "
    )
    text += (
        "The unlabeled images hurt, so that the model has the weights of the "
        "baseline now. Are they of the same classes, in the same proportions?"
        if hurt
        else "It is kept, as the baseline is not clearly ahead."
    )
    run.report.findings = [
        *(each for each in run.report.findings if each.title != TITLE),
        Finding(TITLE, text),
    ]
    if not hurt:
        return
    run.say(text)
    for variable, value in zip(
        run.model.network.variables, values, strict=True
    ):
        variable.assign(value)
    run.model.restart_average()
    measure(run)

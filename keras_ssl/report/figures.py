"""The figures of a report, drawn from its numbers, and what they show."""

from collections.abc import Sequence
from typing import NamedTuple

from keras_ssl.plots.calibration import plot_calibration
from keras_ssl.plots.class_scores import MOST_BARS
from keras_ssl.plots.class_scores import plot_class_scores
from keras_ssl.plots.confusion import plot_confusion
from keras_ssl.plots.curves import SHARES
from keras_ssl.plots.curves import Phases
from keras_ssl.plots.curves import has_curve
from keras_ssl.plots.curves import plot_phases
from keras_ssl.plots.curves import plot_pseudo_labels
from keras_ssl.plots.svg import Drawing
from keras_ssl.plots.svg import to_svg
from keras_ssl.report.record import Finding
from keras_ssl.report.record import Record
from keras_ssl.report.sentences import calibrated
from keras_ssl.report.sentences import confused
from keras_ssl.report.sentences import weakest
from keras_ssl.utils.text import to_text

NAMES = (
    "accuracy",
    "loss",
    "pseudo_labels",
    "class_scores",
    "confusion",
    "calibration",
)


class Picture(NamedTuple):
    """A figure of a report.

    Args:
        svg: The figure.
        caption: What stands below it; may be empty.
        alternative: What it shows, for those who do not see it.
    """

    svg: str
    caption: str
    alternative: str


def draw_pictures(report: Record) -> dict[str, Picture]:
    """Draws every figure for which a report has the numbers.

    Args:
        report: The report.

    Returns:
        The figures by the names that their files have.

    Raises:
        ImportError: Matplotlib is not installed.

    Example:
    >>> history = {"phase 1": {"loss": [2.0, 1.0]}}
    >>> report = keras_ssl.report.TrainingReport(0, history=history)
    >>> list(draw_pictures(report))
    ['loss']
    """
    return (
        _curves(report.history) | _classes(report) | _findings(report.findings)
    )


def is_picture(name: str) -> bool:
    """Whether a report has a figure of this name.

    Example:
    >>> is_picture("loss"), is_picture("finding_2"), is_picture("mine")
    (True, True, False)
    """
    kind, _, number = name.partition("_")
    return name in NAMES or (kind == "finding" and number.isdigit())


def _curves(phases: Phases) -> dict[str, Picture]:
    pictures, phases = {}, _with_one_loss(phases)
    for metric in ("accuracy", "loss"):
        if has_curve(phases, metric, f"val_{metric}"):
            pictures[metric] = _picture(
                lambda metric=metric: plot_phases(phases, metric=metric),
                f"{metric.capitalize()} of training and validation images"
                f"{'; a phase begins at the line' if len(phases) > 1 else ''}.",
                _progress(phases, metric, f"val_{metric}"),
            )
    if has_curve(phases, *SHARES):
        pictures["pseudo_labels"] = _picture(
            lambda: plot_pseudo_labels(phases),
            "The pseudo-labels of unlabeled images.",
            _progress(phases, *SHARES),
        )
    return pictures


def _with_one_loss(phases: Phases) -> Phases:
    """The labeled loss as the loss of all phases, where each has recorded it.

    The whole loss begins to hold the unlabeled one with phase 2, and rises.
    """
    if not all(phase.get("labeled_loss") for phase in phases.values()):
        return phases
    return {
        name: {**phase, "loss": phase["labeled_loss"]}
        for name, phase in phases.items()
    }


def _progress(phases: Phases, *names: str) -> str:
    """First and last value of each curve."""
    texts = []
    for name in names:
        values = [v for phase in phases.values() for v in phase.get(name, ())]
        if values:
            first, last = to_text(values[0]), to_text(values[-1])
            label = name.replace("val_", "validation ").replace("_", " ")
            texts.append(f"{label} from {first} to {last}")
    return f"Curves over the epochs: {'; '.join(texts)}."


def _classes(report: Record) -> dict[str, Picture]:
    result = report.classification
    if result is None:
        return {}
    names, scores = result.class_names, result.scores
    return {
        "class_scores": _picture(
            lambda: plot_class_scores(scores, names),
            "Precision and recall of "
            + (
                f"the {MOST_BARS} classes with the lowest F1."
                if len(names) > MOST_BARS
                else "each class."
            ),
            f"Bars of precision and recall. {weakest(result)}",
        ),
        "confusion": _picture(
            lambda: plot_confusion(result.confusion, names),
            "Images of each true class by predicted class; the colour is the "
            "share of the true class.",
            f"Confusion matrix of {len(names)} classes. {confused(result)}",
        ),
        "calibration": _picture(
            lambda: plot_calibration(result.bins),
            "Accuracy by confidence, with the number of images.",
            f"Reliability diagram. {calibrated(result)}",
        ),
    }


def _findings(findings: Sequence[Finding]) -> dict[str, Picture]:
    return {
        f"finding_{number}": Picture(
            to_svg(finding.figure), "", _words(finding)
        )
        for number, finding in enumerate(findings, start=1)
        if finding.figure is not None
    }


def _words(finding: Finding) -> str:
    return f"{finding.title}. {finding.text}".strip()


def _picture(draw: "Drawing", *texts: str) -> Picture:
    return Picture(to_svg(draw), *texts)

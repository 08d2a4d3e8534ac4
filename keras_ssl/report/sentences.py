"""The sentences that a report says in its text and on its page."""

import math
from collections.abc import Mapping

from keras_ssl.plots.confusion import frequent_confusions
from keras_ssl.report.classification import Classification
from keras_ssl.report.record import Record
from keras_ssl.utils.text import percent


def measured(report: Record) -> str:
    """What the accuracy is, of which images, and how certain it is.

    Example:
    >>> report = keras_ssl.report.TrainingReport(0, accuracy={"all": 0.9})
    >>> measured(report)
    'Accuracy is the share of images that are classified correctly.'
    """
    count = report.measured_images
    images = report.measured_on or "images"
    which = f"{count:,} {images}" if count else images
    article = "the " if report.measured_on or count else ""
    comma = "," if "," in images else ""
    sentence = (
        f"Accuracy is the share of {article}{which}{comma} that are classified "
        "correctly."
    )
    if not count or not report.accuracy:
        return sentence
    last = list(report.accuracy.values())[-1]
    error = 100 * math.sqrt(last * (1 - last) / count)
    return (
        f"{sentence} With this many images, its standard error is "
        f"{error:.1f} points."
    )


def gained(gains: Mapping[str, float]) -> str:
    """How many points the last stage gained over the others.

    Example:
    >>> gained({"baseline": 10.123, "phase 1": -0.5})
    '+10.1 points over baseline, −0.5 points over phase 1'
    """
    return ", ".join(f"{points(v)} over {name}" for name, v in gains.items())


def points(gain: float) -> str:
    """A difference of two percentages.

    Example:
    >>> points(-0.04), points(1)
    ('±0.0 points', '+1.0 points')
    """
    size = f"{abs(gain):.1f}"
    sign = "±" if float(size) == 0 else "+" if gain > 0 else "−"
    return f"{sign}{size} points"


def calibrated(result: Classification) -> str:
    """Whether the model is as sure as it should be.

    Example:
    >>> result = keras_ssl.report.Classification.measure([[0.2, 0.8]], [1])
    >>> calibrated(result).partition(": ")[2]
    'it is not sure enough. Expected calibration error: 20.0 %.'
    """
    gap = result.confidence - result.accuracy
    verdict = "it is too sure" if gap > 0 else "it is not sure enough"
    if abs(gap) < 0.02:
        verdict = "as sure as it should be"
    return (
        f"On average the model is {percent(result.confidence)} sure and right "
        f"for {percent(result.accuracy)} of the images: {verdict}. Expected "
        f"calibration error: {percent(result.calibration_error)}."
    )


def weakest(result: Classification) -> str:
    """Which class is recognised worst.

    Example:
    >>> weakest(keras_ssl.report.Classification([*"ab"], [[5, 2], [0, 4]], []))
    'Lowest F1: b, 80.0 % (precision 66.7 %, recall 100.0 %).'
    """
    scores = {k: percent(v) for k, v in result.scores[result.worst].items()}
    return (
        f"Lowest F1: {result.class_names[result.worst]}, {scores['f1']} "
        f"(precision {scores['precision']}, recall {scores['recall']})."
    )


def confused(result: Classification) -> str:
    """Which classes are mistaken for which most often.

    Example:
    >>> confused(keras_ssl.report.Classification([*"ab"], [[5, 2], [0, 4]], []))
    'Most frequent mistakes: a taken for b (2 images).'
    """
    names = result.class_names
    pairs = [
        f"{names[true]} taken for {names[guess]} "
        f"({count} image{'s' if count > 1 else ''})"
        for true, guess, count in frequent_confusions(result.confusion)
    ]
    if not pairs:
        return "No image is classified wrongly."
    return f"Most frequent mistakes: {', '.join(pairs)}."

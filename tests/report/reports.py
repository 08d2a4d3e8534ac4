"""A report in which nothing is missing, from plain numbers."""

import numpy as np

from keras_ssl.report.classification import Classification
from keras_ssl.report.record import Finding
from keras_ssl.report.record import Setting
from keras_ssl.report.samples import make_samples
from keras_ssl.report.training_report import TrainingReport

NAMES = ["cat", "<dog> & $x$", "a bird with a name longer than its wings"]
PHASES = {
    "phase 1": {"loss": [3.0, 2.0], "val_loss": [3.5, 2.5], "accuracy": [0.5]},
    "phase 2": {"loss": [1.0], "val_loss": [1.5], "mask_ratio": [0.6]},
}


def predictions(count=90, classes=3, seed=0):
    """Probabilities and labels of a model that is right most of the time."""
    random = np.random.default_rng(seed)
    labels = random.integers(0, classes, count)
    logits = random.normal(size=(count, classes))
    logits[np.arange(count), labels] += 1.5
    odds = np.exp(logits)
    return odds / odds.sum(axis=1, keepdims=True), labels


def draw_line():
    from matplotlib import pyplot

    ax = pyplot.subplots(figsize=(4, 3))[1]
    ax.plot([1, 2], [3, 1])
    return ax


def full_report(**changes):
    p, y = predictions()
    images = np.random.default_rng(0).random((len(y), 8, 8, 3))
    parts = {
        "date": "2030-01-31 12:00:00+01:00",
        "accuracy": {"baseline": 0.6, "phase 1": 0.72, "phase 2": 0.8},
        "measured_on": "test images, which training has not seen",
        "measured_images": 90,
        "settings": [
            Setting("batch_size", np.int64(32), "found: fastest"),
            Setting("method", "<FixMatch>", "given"),
        ],
        "history": PHASES,
        "classification": Classification.measure(p, y, class_names=NAMES),
        "findings": [
            Finding("Learning rate", "Where & how.", [{"a": 1}], draw_line),
            Finding("Batch size", rows=[{"size": 8, "note": "x" * 60}]),
        ],
        "samples": make_samples(images, p, y, class_names=NAMES),
        "analysis": {
            "task": "classification",
            "splits": {"labeled": {"images": 5}, "unlabeled": {"images": 50}},
            "warnings": ["An image is there twice."],
        },
        "analysis_text": "Images   labeled\n  number       5\n" + "=" * 200,
        "batch_norm": ["The loss is as it should be."],
        "seconds": {"batch size": 1.0, "phase 1": 3.0},
        "machine": {"device": "CPU", "images per second": np.float32(120.5)},
    }
    return TrainingReport(0, **(parts | changes))

"""Figures, tables and pages, from plain numbers.

Public names:

- `Classification`: Confusion matrix, per-class scores and calibration of a
  classifier.
- `Finding`: The result of a finder: words, numbers and a figure.
- `format_table`: Renders one dictionary a row as an aligned Markdown table.
- `make_samples`: Chooses images for a report: the surest mistakes, then the
  first others.
- `plot_calibration`: Draws a reliability diagram: accuracy over confidence, in
  percent.
- `plot_class_scores`: Draws precision and recall of each class as bars, in
  percent.
- `plot_comparison`: Draws one bar for each accuracy, in percent, with its value
  above it.
- `plot_confusion`: Draws a confusion matrix: the share of each true class, and
  the counts.
- `plot_curves`: Draws the mean of the runs of each row, over a band from least
  to most.
- `plot_history`: Draws one metric over the epochs: training dashed, validation
  solid.
- `plot_images`: Draws the first images in a grid, each with its label as the
  title.
- `plot_label_curve`: Draws the mean of each row against the number of labels,
  and every run.
- `plot_phases`: Draws one metric over all epochs: training dashed, validation
  solid.
- `plot_pseudo_labels`: Draws what the pseudo-labels were like over the epochs,
  in percent.
- `plot_runs`: Draws each run as a dot, and the mean of each row with its
  interval.
- `run_name`: Names a run after its seed, to be said aloud and found again.
- `Setting`: A setting of a training, and where it is from.
- `TrainingReport`: What a training did, why, and what came out.
"""

from keras_ssl.plots.calibration import plot_calibration
from keras_ssl.plots.class_scores import plot_class_scores
from keras_ssl.plots.confusion import plot_confusion
from keras_ssl.plots.curves import plot_history
from keras_ssl.plots.curves import plot_phases
from keras_ssl.plots.curves import plot_pseudo_labels
from keras_ssl.plots.images import plot_images
from keras_ssl.plots.studies import plot_comparison
from keras_ssl.plots.studies import plot_curves
from keras_ssl.plots.studies import plot_label_curve
from keras_ssl.plots.studies import plot_runs
from keras_ssl.report.classification import Classification
from keras_ssl.report.record import Finding
from keras_ssl.report.record import Setting
from keras_ssl.report.record import run_name
from keras_ssl.report.samples import make_samples
from keras_ssl.report.training_report import TrainingReport
from keras_ssl.utils.text import format_table

__all__ = [
    "Classification",
    "Finding",
    "Setting",
    "TrainingReport",
    "format_table",
    "make_samples",
    "plot_calibration",
    "plot_class_scores",
    "plot_comparison",
    "plot_confusion",
    "plot_curves",
    "plot_history",
    "plot_images",
    "plot_label_curve",
    "plot_phases",
    "plot_pseudo_labels",
    "plot_runs",
    "run_name",
]

"""Figures, tables and pages, from plain numbers."""

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

"""Figures, tables and pages, from plain numbers."""

from keras_ssl.report.calibration import plot_calibration
from keras_ssl.report.class_scores import plot_class_scores
from keras_ssl.report.classification import Classification
from keras_ssl.report.comparison import plot_comparison
from keras_ssl.report.confusion import plot_confusion
from keras_ssl.report.finding import Finding
from keras_ssl.report.history import plot_history
from keras_ssl.report.images import plot_images
from keras_ssl.report.label_curve import plot_label_curve
from keras_ssl.report.names import run_name
from keras_ssl.report.phases import plot_phases
from keras_ssl.report.phases import plot_pseudo_labels
from keras_ssl.report.samples import make_samples
from keras_ssl.report.seeds import plot_curves
from keras_ssl.report.seeds import plot_runs
from keras_ssl.report.table import format_table
from keras_ssl.report.training_report import Setting
from keras_ssl.report.training_report import TrainingReport

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

"""Figures and tables from plain numbers; Matplotlib loads on the first call."""

from keras_ssl.report.comparison import plot_comparison
from keras_ssl.report.history import plot_history
from keras_ssl.report.images import plot_images
from keras_ssl.report.table import format_table

__all__ = ["format_table", "plot_comparison", "plot_history", "plot_images"]

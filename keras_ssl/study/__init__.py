"""Studies: what unlabeled images are worth, over seeds, with error bars."""

from keras_ssl.study.ablate import ablate
from keras_ssl.study.cluster import Ray
from keras_ssl.study.compare import compare
from keras_ssl.study.comparison import Comparison
from keras_ssl.study.curve import LabelCurve
from keras_ssl.study.equal_time import EqualTime
from keras_ssl.study.label_curve import label_curve
from keras_ssl.study.run import train_recipe
from keras_ssl.study.task import Task

__all__ = [
    "Comparison",
    "EqualTime",
    "LabelCurve",
    "Ray",
    "Task",
    "ablate",
    "compare",
    "label_curve",
    "train_recipe",
]

"""Studies: what unlabeled images are worth, over seeds, with error bars.

Public names:

- `ablate`: Compares a recipe with itself less one ingredient at a time.
- `compare`: Trains every row with every seed, and says what differences are
  worth.
- `Comparison`: The results of a study; `print` it.
- `EqualTime`: A row with more steps: as many as fit into the seconds of another
  row.
- `label_curve`: Compares rows with several numbers of labels.
- `LabelCurve`: Accuracy against the number of labels.
- `Ray`: Runs of a study on the machines of a Ray cluster, or of one on this
  one.
- `Task`: The training data of one run of a study, without test images.
- `train_recipe`: Trains a network as a recipe says, in as many epochs as the
  task has.
"""

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

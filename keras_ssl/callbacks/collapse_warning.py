"""`CollapseWarning`: says so when training on unlabeled images goes wrong."""

import warnings
from typing import Any

from keras_ssl.callbacks.own_model import OwnModel
from keras_ssl.methods.alignment import TOLERANCE
from keras_ssl.utils.checks import check_number

NOTHING = (
    "mask_ratio is 0, as no unlabeled image passed. They teach nothing, and "
    "each step costs more than a supervised one. Lower the threshold of the "
    "method; or train longer with labels alone first, for instance with "
    "`PhaseSwitch`; or take a method that sets its threshold itself, such as "
    "SoftMatch. With NoisyStudent, look at when the first round begins."
)
COLLAPSE = (
    "pseudo_label_entropy is {:.2f}, below {:g}, as one class, or a few, take "
    "over. The network learns from labels that it made up, so that this gets "
    "worse by itself. Train longer with labels alone first, for instance with "
    "`PhaseSwitch`; or raise the threshold of the method; or lower "
    "`unlabeled_weight` or the learning rate; or take AlignedSoftMatch, whose "
    "labels are aligned. If your classes are that unequal, lower `min_entropy`."
)
OTHER_MIX = (
    "mix_distance is {:.2f}: by the predictions, the classes of the unlabeled "
    "images are not as frequent as those of the labeled ones. From 0.1 on "
    "unlabeled images count less, from 0.2 on nothing. If you know how "
    "frequent their classes are, pass that to the method, "
    "`AlignedSoftMatch(prior=[...])`; if as frequent as among the labels, "
    "`prior='labeled'`."
)


class CollapseWarning(OwnModel):
    """Warns when one class takes over, no image passes, or classes differ.

    Reads what methods log of an epoch's unlabeled images: the entropy of their
    classes, `pseudo_label_entropy`; `mask_ratio`; and `mix_distance`, how far
    these classes are from those of the labeled images. Where a log is missing,
    as all are in the supervised phase, it is silent. Each warning comes once
    in a `fit`; of an epoch in which nothing passes, the classes do not matter.

    An entropy of `e` with `C` classes is that of `C ** e` equally frequent
    ones; so 0.5 means 3 of 10 classes, 10 of 100, or 89 % of one of two. Real
    imbalance seldom goes so far: ten classes whose numbers fall from 100 to 1
    in even proportions have 0.71. Where your data do, pass half the entropy of
    your labels, `scipy.stats.entropy(numpy.bincount(y)) / numpy.log(C)`. The
    classes of fewer than about 10 images a class and epoch tell nothing.

    Args:
        min_entropy: Entropy, in `[0, 1]`, below which one class takes over; 0
            never warns.
        patience: How many epochs in a row it takes, at least 1.

    Raises:
        ValueError: An argument is not one of those above.

    Example:

    >>> callback = keras_ssl.callbacks.CollapseWarning(min_entropy=0.3)
    >>> callback.on_train_begin()
    >>> callback.on_epoch_end(0, {"loss": 0.1, "pseudo_label_entropy": 0.9})
    """

    def __init__(self, min_entropy: float = 0.5, *, patience: int = 1) -> None:
        super().__init__()
        self.min_entropy = check_number("min_entropy", min_entropy, 0, 1)
        self.patience = check_number("patience", patience, 1, integer=True)
        self._epochs: dict[str, int] = {}
        self._said: set[str] = set()

    def on_train_begin(self, logs: Any = None) -> None:
        """Counts anew."""
        self._epochs.clear()
        self._said.clear()

    def on_epoch_end(self, epoch: int, logs: Any = None) -> None:
        """Looks at the logs of the epoch."""
        logs = logs or {}
        entropy = logs.get("pseudo_label_entropy", 1.0)
        distance = logs.get("mix_distance", 0.0)
        nothing = logs.get("mask_ratio", 1.0) == 0
        collapsed = not nothing and entropy < self.min_entropy
        if self._lasts("mix_distance", distance > TOLERANCE):
            _warn(epoch, OTHER_MIX.format(distance))
        if self._lasts("mask_ratio", nothing and distance <= TOLERANCE):
            _warn(epoch, NOTHING)
        if self._lasts("pseudo_label_entropy", collapsed):
            _warn(epoch, COLLAPSE.format(entropy, self.min_entropy))

    def _lasts(self, kind: str, bad: bool) -> bool:
        """Whether it has been bad for long enough, for the first time."""
        self._epochs[kind] = self._epochs.get(kind, 0) + 1 if bad else 0
        if self._epochs[kind] < self.patience or kind in self._said:
            return False
        self._said.add(kind)
        return True


def _warn(epoch: int, text: str) -> None:
    warnings.warn(f"CollapseWarning: epoch {epoch + 1}: {text}", stacklevel=3)

"""Methods of the literature, as layers, and the table of their names.

Public names:

- `AdaMatch`: Trusts images about as confident as the labeled ones, once
  aligned.
- `AlignedSoftMatch`: SoftMatch in which no class can take over, for runs of
  minutes.
- `CoMatch`: Lets images of like labels have like features, and the reverse.
- `DeFixMatch`: Subtracts what FixMatch's loss would be on the labeled images.
- `FixMatch`: Trusts the weak view's label once it is confident enough.
- `FixMatchMixUp`: Adds blends of images to FixMatch, each with one that has a
  sure label.
- `FlexMatch`: Lowers the threshold of a class while few images are sure to be
  of it.
- `FreeMatch`: Lets the threshold of each class follow the network's confidence.
- `get`: Turns a name, class, instance or config into a `Method`.
- `MeanTeacher`: Holds a weak view to what the averaged weights predict for
  another.
- `Method`: A semi-supervised loss: `call` turns views' logits into one scalar.
- `METHODS`: Every method by its short name.
- `MixMatch`: Holds blends of images to blends of their labels, known and
  guessed.
- `NoisyStudent`: Trains the strong view on labels that a teacher gave
  beforehand.
- `PiModel`: Holds a weak view to the prediction for another one.
- `PseudoLabel`: Trains the weak view on its own confident label.
- `ReMixMatch`: Holds strong views, blended and alone, to a guess from the weak
  view.
- `SimMatch`: Holds the strong view to the weak view's likeness to labeled
  images too.
- `SoftMatch`: Weighs every image by how confident its label is for its time.
- `UDA`: Holds the strong view to the weak view's sharpened prediction.
"""

from typing import Any

from keras_ssl.methods.adamatch import AdaMatch
from keras_ssl.methods.aligned_softmatch import AlignedSoftMatch
from keras_ssl.methods.comatch import CoMatch
from keras_ssl.methods.defixmatch import DeFixMatch
from keras_ssl.methods.fixmatch import FixMatch
from keras_ssl.methods.fixmatch_mixup import FixMatchMixUp
from keras_ssl.methods.flexmatch import FlexMatch
from keras_ssl.methods.freematch import FreeMatch
from keras_ssl.methods.mean_teacher import MeanTeacher
from keras_ssl.methods.method import Method
from keras_ssl.methods.mixmatch import MixMatch
from keras_ssl.methods.noisy_student import NoisyStudent
from keras_ssl.methods.pi_model import PiModel
from keras_ssl.methods.pseudo_label import PseudoLabel
from keras_ssl.methods.remixmatch import ReMixMatch
from keras_ssl.methods.simmatch import SimMatch
from keras_ssl.methods.softmatch import SoftMatch
from keras_ssl.methods.uda import UDA
from keras_ssl.utils import registry

METHODS: dict[str, type[Method]] = {
    "adamatch": AdaMatch,
    "aligned_softmatch": AlignedSoftMatch,
    "comatch": CoMatch,
    "defixmatch": DeFixMatch,
    "fixmatch": FixMatch,
    "fixmatch_mixup": FixMatchMixUp,
    "flexmatch": FlexMatch,
    "freematch": FreeMatch,
    "mean_teacher": MeanTeacher,
    "mixmatch": MixMatch,
    "noisy_student": NoisyStudent,
    "pi_model": PiModel,
    "pseudo_label": PseudoLabel,
    "remixmatch": ReMixMatch,
    "simmatch": SimMatch,
    "softmatch": SoftMatch,
    "uda": UDA,
}


def get(identifier: Any) -> Method:
    """Turns a name, class, instance or config into a `Method`.

    Args:
        identifier: A key of `METHODS`, a subclass or instance of `Method`, or
            the config of one.

    Raises:
        ValueError: The name is unknown; the nearest one is suggested.
        TypeError: `identifier` is none of the above.

    Example:

    >>> get("fixmatch").threshold
    0.95
    """
    return registry.get(identifier, Method, METHODS)


__all__ = [
    "METHODS",
    "AdaMatch",
    "AlignedSoftMatch",
    "CoMatch",
    "DeFixMatch",
    "FixMatch",
    "FixMatchMixUp",
    "FlexMatch",
    "FreeMatch",
    "MeanTeacher",
    "MixMatch",
    "NoisyStudent",
    "PiModel",
    "PseudoLabel",
    "ReMixMatch",
    "SimMatch",
    "SoftMatch",
    "UDA",
    "Method",
    "get",
]

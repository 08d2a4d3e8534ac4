"""How long an epoch is, and the line that says so."""

import dataclasses
import math
from typing import Any
from typing import Protocol

from keras_ssl.utils.typing import Batch

INCLUDED = "The labeled images also serve as unlabeled ones."
NOT_INCLUDED = (
    "The labeled images do not serve as unlabeled ones too: that needs arrays "
    "or finite tf.data of known size on both sides."
)
NOT_INDEXED = (
    "The labeled images do not serve as unlabeled ones too: where unlabeled "
    "images have an index, that needs arrays on both sides."
)
HIDDEN = "The hidden labels feed pseudo_label_accuracy, never training."


class Source(Protocol):
    """Gives the batch of any step, counted over all epochs."""

    def __call__(self, step: int) -> Batch:
        """The batch of a step."""

    def peek(self, step: int, count: int) -> list[Batch]:
        """The batches of a step and of those that follow, left in place."""


@dataclasses.dataclass(frozen=True)
class Stream:
    """Batches without end, and how many of them make one pass.

    Args:
        source: Gives the batch of any step.
        length: Batches of one pass, a fraction where the last one runs on into
            the next pass. None if there is no end, or if nobody knows.
        images: How many images there are, or None if nobody knows.
        shapes: Of the parts of a batch; None where a side varies.
        note: A sentence that the user should read about this stream.
    """

    source: Source
    length: float | None = None
    images: int | None = None
    shapes: tuple[tuple[int | None, ...], ...] = ()
    note: str = ""


def count_steps(unlabeled: Stream, steps: int | None) -> int:
    """Returns the steps of an epoch: as asked, else one unlabeled pass.

    Args:
        unlabeled: The stream whose pass is an epoch.
        steps: What the user asked for, or None.

    Returns:
        A positive number of steps.

    Raises:
        ValueError: The stream has no end and `steps` is None.

    Example:
    >>> count_steps(Stream(None, length=3.125), None)
    4
    """
    if steps is None and unlabeled.length is not None:
        return math.ceil(unlabeled.length)
    if steps is None:
        raise ValueError(
            "The length of an epoch is unknown. Received: unlabeled data "
            "without an end. Expected `steps_per_epoch` for such data, since "
            "an epoch is one pass over the unlabeled images. Pass "
            "`steps_per_epoch=...` to `fit` (`steps=...` to `pair`), or leave "
            "out the `repeat()`."
        )
    return steps


def summary(
    steps: int,
    labeled: Stream,
    unlabeled: Stream,
    element: Any,
    *,
    paused: bool = False,
) -> str:
    """Says in one line what an epoch holds.

    Args:
        steps: Steps of an epoch.
        labeled: The labeled stream.
        unlabeled: The unlabeled stream.
        element: The first element of the training data.
        paused: Whether no unlabeled image is read.

    Returns:
        One line.
    """
    images = element[0]
    size = len(images["labeled"])
    epoch = f"1 epoch = {steps:,} step{'s' * (steps > 1)} of {size} labeled"
    if paused:
        often = _times("labeled", labeled, steps)
        return "; ".join(filter(None, (f"{epoch} images", often))) + "."
    seen = [_times("unlabeled", unlabeled, steps)]
    seen.append(_times("labeled", labeled, steps))
    if all(seen):
        seen[1] = seen[1].replace(" image is seen", " one")
    epoch += f" + {len(images['unlabeled'])} unlabeled images"
    body = "; ".join(filter(None, (epoch, ", ".join(filter(None, seen))))) + "."
    hidden = HIDDEN if "hidden" in images else ""
    return " ".join(filter(None, (body, unlabeled.note, hidden)))


def _times(role: str, stream: Stream, steps: int) -> str:
    if stream.length is None:
        return ""
    times = steps / stream.length
    number = f"{times:.0f}" if times >= 10 else f"{times:.2g}"
    often = "once" if 1 <= times < 1.05 else f"{number} times"
    return f"every {role} image is seen {often}"

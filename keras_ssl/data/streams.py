"""How long an epoch is, and the line that says so."""

import dataclasses
import math
from typing import Any

from keras_ssl.utils.typing import Array

Batch = tuple[Array, ...]

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


@dataclasses.dataclass(frozen=True)
class Stream:
    """Batches without end, and how many of them make one pass.

    Args:
        batches: An endless dataset, or a function from step to batch.
        size: What one pass holds, in images if `batch` images of it make a
            batch, in batches if `batch` is 1. None if there is no end, or if
            nobody knows.
        batch: How much of `size` one step takes.
        first: The first batch, where it must be read ahead.
        note: A sentence that the user should read about this stream.
    """

    batches: Any
    size: int | None
    batch: int = 1
    first: Any = None
    note: str = ""

    @property
    def steps(self) -> int | None:
        """Steps of one pass; the last one may run on into the next pass."""
        return None if self.size is None else math.ceil(self.size / self.batch)


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
    >>> count_steps(Stream(None, size=100, batch=32), None)
    4
    """
    steps = steps or unlabeled.steps
    if steps is None:
        raise ValueError(
            "The length of an epoch is unknown. Received: unlabeled data "
            "without an end. Expected `steps_per_epoch` for such data, since "
            "an epoch is one pass over the unlabeled images. Pass "
            "`steps_per_epoch=...` to `fit` (`steps=...` to `pair`), or leave "
            "out the `repeat()`."
        )
    return steps


def to_element(
    labeled: Batch, unlabeled: Batch, index: tuple[str, ...] = ()
) -> Any:
    """Packs a labeled and an unlabeled batch for the model.

    Args:
        labeled: `(x, y[, sample_weight][, labeled_index])`.
        unlabeled: `(u[, hidden][, index])`.
        index: Which of "index" and "labeled_index" the batches end with.

    Returns:
        `({"labeled": x, "unlabeled": u}, y[, sample_weight])`, with "hidden",
        "index" and "labeled_index" beside the images where they are given.
    """
    inputs = {"labeled": labeled[0], "unlabeled": unlabeled[0]}
    if "index" in index:
        inputs["index"], unlabeled = unlabeled[-1], unlabeled[:-1]
    if "labeled_index" in index:
        inputs["labeled_index"], labeled = labeled[-1], labeled[:-1]
    if len(unlabeled) == 2:
        inputs["hidden"] = unlabeled[1]
    return (inputs, *labeled[1:])


def summary(
    steps: int, labeled: Stream, unlabeled: Stream, element: Any
) -> str:
    """Says in one line what an epoch holds.

    Args:
        steps: Steps of an epoch.
        labeled: The labeled stream.
        unlabeled: The unlabeled stream.
        element: The first element of the training data.

    Returns:
        One line.
    """
    images = element[0]
    seen = [_times("unlabeled", unlabeled, steps)]
    seen.append(_times("labeled", labeled, steps))
    if all(seen):
        seen[1] = seen[1].replace(" image is seen", " one")
    epoch = (
        f"1 epoch = {steps:,} step{'s' * (steps > 1)} of "
        f"{len(images['labeled'])} labeled + {len(images['unlabeled'])} "
        "unlabeled images"
    )
    body = "; ".join(filter(None, (epoch, ", ".join(filter(None, seen))))) + "."
    hidden = HIDDEN if "hidden" in images else ""
    return " ".join(filter(None, (body, unlabeled.note, hidden)))


def _times(role: str, stream: Stream, steps: int) -> str:
    if stream.size is None:
        return ""
    times = steps * stream.batch / stream.size
    number = f"{times:.0f}" if times >= 10 else f"{times:.2g}"
    often = "once" if 1 <= times < 1.05 else f"{number} times"
    return f"every {role} image is seen {often}"

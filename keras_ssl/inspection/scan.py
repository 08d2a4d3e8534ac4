"""One pass over a part of the data: its facts, and what tells images apart."""

import dataclasses
from typing import Any

import numpy as np

from keras_ssl.data.halves import empty
from keras_ssl.inspection.facts import SplitFacts
from keras_ssl.inspection.fingerprints import Fingerprints
from keras_ssl.inspection.reading import ImageBatch
from keras_ssl.inspection.reading import Reader
from keras_ssl.inspection.splits import speaking_of
from keras_ssl.inspection.statistics import ImageStatistics
from keras_ssl.inspection.statistics import LabelStatistics
from keras_ssl.utils.typing import Array

FEW = 32


@dataclasses.dataclass(frozen=True)
class Look:
    """The result of one pass over a part of the data.

    Args:
        role: Which part it is.
        facts: Its numbers.
        few: A few images, for a pass through the model.
        index: Which image of the data each one is that was looked at.
        classes: The class of each, or None.
        fingerprints: What tells them apart.
    """

    role: str
    facts: SplitFacts
    few: Array
    index: Array
    classes: Array | None
    fingerprints: Fingerprints


def look(data: Any, role: str, max_images: int, thumbnails: bool) -> Look:
    """Reads a part of the data once, in bounded memory.

    Args:
        data: In any container that `Reader` reads.
        role: Which part it is.
        max_images: How many images to look at, at most.
        thumbnails: Whether to keep a small copy of each image.

    Returns:
        What was seen.

    Raises:
        TypeError: The data cannot be read.
        ValueError: There are no images, or their labels have no usual form.
    """
    one_pass = Reader(data, role, max_images)
    images, labels = ImageStatistics(), LabelStatistics()
    fingerprints = Fingerprints(thumbnails)
    index, few = [], None
    for batch in one_pass:
        few = batch.images[:FEW] if few is None else few
        index.append(batch.index)
        images.update(batch.images)
        fingerprints.update(batch.images)
        _update(labels, batch, role)
    if few is None:
        raise ValueError(empty(role))
    return Look(
        role=role,
        facts=_facts(images, labels, one_pass.complete),
        few=few,
        index=np.concatenate(index),
        classes=labels.classes if labels.width else None,
        fingerprints=fingerprints,
    )


def _update(labels: LabelStatistics, batch: ImageBatch, role: str) -> None:
    if batch.labels is not None:
        with speaking_of(role, instead_of="labeled"):
            labels.update(batch.labels)


def _facts(
    images: ImageStatistics, labels: LabelStatistics, complete: bool
) -> SplitFacts:
    sizes = [shape[:2] for shape in images.shapes]
    return SplitFacts(
        images=images.count,
        complete=complete,
        shape=images.shapes.most_common(1)[0][0],
        smallest=min(sizes, key=np.prod),
        largest=max(sizes, key=np.prod),
        dtype=images.dtype,
        low=images.low,
        high=images.high,
        mean=images.mean,
        deviation=images.deviation,
        brightness=images.brightness,
        contrast=images.contrast,
        blank=images.blank,
        labels=labels.form if labels.width else None,
        label_width=labels.width,
        class_counts=labels.counts,
    )

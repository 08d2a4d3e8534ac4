"""The facts of an inspection, as plain numbers."""

import dataclasses

from keras_ssl.utils.typing import ValueRange

Pairs = tuple[tuple[int, int], ...]


@dataclasses.dataclass(frozen=True)
class ModelFacts:
    """Facts about a network.

    Args:
        name: Of the model.
        input_shape: (height, width, channels), None where it takes any.
        input_dtype: Of its input, None if it does not say.
        num_classes: How many classes the outputs tell apart.
        outputs: "logits" or "probabilities".
        activation: Name of the last activation, "" if there is none.
        parameters: Number of weights.
        trainable_parameters: Number of those that training changes.
        batch_norm_layers: Names of BatchNorm layers.
        frozen_batch_norm_layers: Names of those that training does not update.
        dropout_layers: Names of dropout layers.
        scales_inputs: Whether there is a Rescaling or Normalization layer.
        rescaling: Factor of the first Rescaling layer, None without one.
        own_step: Names of methods of a training step of its own.
    """

    name: str
    input_shape: tuple[int | None, ...] | None
    input_dtype: str | None
    num_classes: int
    outputs: str
    activation: str
    parameters: int
    trainable_parameters: int
    batch_norm_layers: tuple[str, ...]
    frozen_batch_norm_layers: tuple[str, ...]
    dropout_layers: tuple[str, ...]
    scales_inputs: bool
    rescaling: float | None
    own_step: tuple[str, ...] = ()


@dataclasses.dataclass(frozen=True)
class SplitFacts:
    """Facts about one part of the data.

    Args:
        images: How many were looked at.
        complete: Whether these are all.
        shape: (height, width, channels) of most of the images.
        smallest: (height, width) of the image with the fewest pixels.
        largest: (height, width) of the image with the most.
        dtype: Of the pixels.
        low: The darkest pixel.
        high: The brightest one.
        mean: Of all pixels.
        deviation: Standard deviation of all pixels.
        brightness: Mean and standard deviation of the images' means.
        contrast: Mean and standard deviation of the images' own standard
            deviations.
        blank: How many images have one value in all of their pixels.
        labels: "integer", "one-hot", "multi-hot", "soft", or None.
        label_width: Numbers in a label, 0 without labels.
        class_counts: How many images each class has, by class, those without
            an image left out.
    """

    images: int
    complete: bool
    shape: tuple[int, ...]
    smallest: tuple[int, ...]
    largest: tuple[int, ...]
    dtype: str
    low: float
    high: float
    mean: float
    deviation: float
    brightness: tuple[float, float]
    contrast: tuple[float, float]
    blank: int
    labels: str | None
    label_width: int
    class_counts: dict[int, int]


@dataclasses.dataclass(frozen=True)
class Overlap:
    """Images that two parts of the data share, or that one holds twice.

    Args:
        first: One part.
        second: The other one, or the same.
        exact: `(i, j)` where image `j` of `second` equals image `i` of `first`,
            pixel for pixel. Each `j` once. Within one part, `i` comes before
            `j`.
        near: `(i, j)` where the images nearly equal one another; pairs in
            `exact` are left out.
        conflicts: How many of the exact pairs have different labels.
    """

    first: str
    second: str
    exact: Pairs
    near: Pairs
    conflicts: int


@dataclasses.dataclass(frozen=True)
class Facts:
    """The fields of an `Inspection`, which documents them."""

    task: str
    loss: str | None
    value_range: ValueRange
    class_names: tuple[str, ...]
    model: ModelFacts
    splits: dict[str, SplitFacts]
    overlaps: tuple[Overlap, ...]
    near_duplicates: bool
    warnings: tuple[str, ...]

"""Warnings about what costs accuracy, unless it is meant to be so."""

import math
from collections.abc import Iterator

from keras_ssl.inspection.facts import ModelFacts
from keras_ssl.inspection.facts import Overlap
from keras_ssl.inspection.facts import SplitFacts
from keras_ssl.utils.typing import ValueRange

UNBALANCED = 3  # times as many images of one class as of another
MEDIUM = 0.5  # standard deviations: Cohen's "medium" difference
SURE = 3  # standard errors
APPEARANCE = {
    "brightness": ("are darker than", "are brighter than", "mean"),
    "contrast": (
        "have less contrast than",
        "have more contrast than",
        "standard deviation",
    ),
}
WIDE = 20  # a range of pixels beyond what standardizing leaves
TRAINING = ("labeled", "unlabeled")

Splits = dict[str, SplitFacts]


def find_suspicions(
    model: ModelFacts,
    splits: Splits,
    overlaps: tuple[Overlap, ...],
    task: str,
    value_range: ValueRange,
) -> tuple[str, ...]:
    """Says what a user should look at, the worst first.

    Args:
        model: The facts of the model.
        splits: What is known of each part of the data, by role.
        overlaps: The images that are there twice.
        task: As `find_task` tells.
        value_range: `(low, high)` of the pixels.

    Returns:
        Sentences.
    """
    return (
        *_about_overlaps(overlaps, splits),
        *_about_task(model, task),
        *_about_scale(model, value_range),
        *_about_appearance(splits),
        *_about_images(splits),
        *_about_classes(model.num_classes, task, splits),
    )


def _about_overlaps(
    overlaps: tuple[Overlap, ...], splits: Splits
) -> Iterator[str]:
    for overlap in overlaps:
        exact, near = len(overlap.exact), len(overlap.near)
        within = overlap.first == overlap.second
        if overlap.second not in TRAINING and not within and exact + near:
            counts = [f"{exact:,} exactly"] * (exact > 0)
            counts += [f"{near:,} nearly"] * (near > 0)
            yield (
                f"{exact + near:,} of the {splits[overlap.second].images:,} "
                f"{overlap.second} images {'are' if exact + near > 1 else 'is'}"
                f" among the {overlap.first} ones ({', '.join(counts)}), so "
                "that the score is too good. Drop one side: "
                f'`overlap("{overlap.first}", "{overlap.second}")` says which.'
            )
        if overlap.conflicts:
            where = f"{overlap.first} and {overlap.second}"
            yield (
                f"{overlap.conflicts:,} images have two labels: they are equal "
                f"to another one of another class (in the "
                f"{overlap.first if within else where} images). Correct or "
                "drop them."
            )


def _about_task(model: ModelFacts, task: str) -> Iterator[str]:
    if model.own_step:
        yield (
            f"The model has its own {' and '.join(model.own_step)}, which "
            "`SemiSupervisedModel` does not use: it calls the model, and "
            "compares its outputs."
        )
    if task == "binary":
        yield (
            "The model has one output, and `SemiSupervisedModel` needs one for "
            'each class: `Dense(2, activation="softmax")`, with '
            '`loss="sparse_categorical_crossentropy"`.'
        )
    elif task == "multi-label":
        yield (
            "An image can have several classes here, and `SemiSupervisedModel` "
            "learns one class an image."
        )
    elif model.activation == "sigmoid" and model.outputs == "probabilities":
        yield (
            "The model ends in a sigmoid, but each image has one class. End "
            "it with a softmax, or with no activation and `from_logits=True`."
        )


def _about_scale(model: ModelFacts, value_range: ValueRange) -> Iterator[str]:
    low, high = value_range
    factor = model.rescaling
    if factor is not None and factor < 0.1 and high <= 1:
        yield (
            f"Pixels are scaled twice: they reach {high:g}, and the model "
            f"multiplies them by {factor:.3g} in a Rescaling layer. Leave one "
            "of the two out."
        )
    elif high - low > WIDE and not model.scales_inputs:
        yield (
            f"Pixels reach {high:g}, and no Rescaling or Normalization layer "
            "was found. Networks train better on small numbers: unless yours "
            f"scales in another way, divide the pixels by {high:g}."
        )


def _about_appearance(splits: Splits) -> Iterator[str]:
    labeled = splits["labeled"]
    for role, facts in list(splits.items())[1:]:
        error = math.sqrt(1 / labeled.images + 1 / facts.images)
        limit = max(MEDIUM, SURE * error)
        for name, (less, more, measure) in APPEARANCE.items():
            ours, theirs = getattr(labeled, name), getattr(facts, name)
            spread = math.hypot(ours[1], theirs[1]) / math.sqrt(2)
            if abs(theirs[0] - ours[0]) > limit * spread:
                yield (
                    f"The {role} images {more if theirs > ours else less} the "
                    f"labeled ones: their {measure} is {theirs[0]:.3g} on "
                    f"average, against {ours[0]:.3g}, where single images "
                    f"deviate by {spread:.2g}. Check that both come from one "
                    "source, prepared in the same way."
                )


def _about_images(splits: Splits) -> Iterator[str]:
    for role, facts in splits.items():
        if facts.blank:
            yield (
                f"{facts.blank:,} of the {facts.images:,} {role} images show "
                "nothing: all of their pixels are equal. Drop them."
            )
        if facts.smallest != facts.largest:
            yield (
                f"The {role} images differ in size: {_size(facts.smallest)} "
                f"to {_size(facts.largest)} pixels. Resize them, as a batch "
                "has one size."
            )
        if not facts.complete:
            yield (
                f"Of the {role} images, {facts.images:,} were looked at. "
                "`max_images` sets how many."
            )


def _about_classes(
    num_classes: int, task: str, splits: Splits
) -> Iterator[str]:
    for role, facts in splits.items():
        if facts.labels in (None, "soft") or role == "unlabeled":
            continue
        missing = set(range(num_classes)) - set(facts.class_counts)
        if missing and task != "multi-label":
            names = ", ".join(map(str, sorted(missing)[:5]))
            more = f" and {len(missing) - 5} more" * (len(missing) > 5)
            yield (
                f"There are no {role} images of class {names}{more}, though "
                f"the model has {num_classes} outputs."
            )
        most, least = _extremes(facts.class_counts)
        if role == "labeled" and most > UNBALANCED * least:
            yield (
                f"The classes are unbalanced: {most:,} labeled images of one, "
                f"{least:,} of another. Rare classes are learned badly; "
                "`class_weight` in `fit` weighs them more."
            )


def _extremes(counts: dict[int, int]) -> tuple[int, int]:
    return max(counts.values()), min(counts.values())


def _size(size: tuple[int, ...]) -> str:
    return f"{size[0]} x {size[1]}"

"""An inspection as text of 88 columns at most."""

import textwrap
from collections.abc import Callable
from collections.abc import Iterator
from collections.abc import Sequence

from keras_ssl.inspection.facts import Facts
from keras_ssl.inspection.facts import ModelFacts
from keras_ssl.inspection.facts import Overlap
from keras_ssl.inspection.facts import SplitFacts

WIDTH = 88
FIRST_COLUMN = 28
SHOWN_CLASSES = 20

Row = Sequence[str]


def format_inspection(inspection: Facts) -> str:
    """Writes the table that `print` shows.

    Args:
        inspection: The facts.

    Returns:
        Lines of 88 columns at most.
    """
    splits = inspection.splits
    sections = [
        _lines("Model", _model_rows(inspection), left=True),
        _lines("Images", [["", *splits], *_image_rows(splits)]),
        _lines("Classes", [["", *splits], *_class_rows(inspection)]),
        _lines("Duplicates", _duplicate_rows(inspection)),
        _warning_lines(inspection.warnings),
    ]
    return "\n\n".join("\n".join(lines) for lines in sections)


def _lines(title: str, rows: list[Row], left: bool = False) -> list[str]:
    """Aligns rows: the title stands where the first cell of the first is."""
    if left:
        return [title, *(f"  {a:<{FIRST_COLUMN - 2}}{b}" for a, b in rows)]
    widths = [
        max(map(len, column)) for column in list(zip(*rows, strict=True))[1:]
    ]
    lines = []
    for number, (first, *cells) in enumerate(rows):
        name = f"  {first}" if number else title
        aligned = [
            f"{cell:>{max(width, 9)}}"
            for cell, width in zip(cells, widths, strict=True)
        ]
        lines.append("  ".join([f"{name:<{FIRST_COLUMN}}", *aligned]).rstrip())
    return lines


def _model_rows(inspection: Facts) -> list[Row]:
    model = inspection.model
    shape = model.input_shape and _by(model.input_shape)
    loss = f", loss {inspection.loss}" if inspection.loss else ", not compiled"
    outputs = 1 if inspection.task == "binary" else model.num_classes
    activation = f", from {model.activation}" if model.activation else ""
    return [
        ["name", model.name],
        ["parameters", _parameters(model)],
        ["input", f"{shape or 'any shape'}, {model.input_dtype or 'any type'}"],
        ["outputs", f"{outputs} {_kind(model.outputs, outputs)}{activation}"],
        ["task", f"{inspection.task} of {model.num_classes} classes{loss}"],
        ["BatchNorm", _norms(model)],
        ["dropout", _count(len(model.dropout_layers), "layer")],
    ]


def _image_rows(splits: dict[str, SplitFacts]) -> Iterator[Row]:
    facts = list(splits.values())
    seen = [f"{x.images:,}{'' if x.complete else ' seen'}" for x in facts]
    yield ["number", *seen]
    yield ["size", *(_image_size(each) for each in facts)]
    yield ["type", *(each.dtype for each in facts)]
    yield ["lowest pixel", *(f"{each.low:.4g}" for each in facts)]
    yield ["highest pixel", *(f"{each.high:.4g}" for each in facts)]
    yield ["mean", *(f"{each.mean:.4g}" for each in facts)]
    yield ["standard deviation", *(f"{each.deviation:.4g}" for each in facts)]
    yield ["without content", *(f"{each.blank:,}" for each in facts)]
    yield ["labels", *(_labels(role, splits[role]) for role in splits)]


def _class_rows(inspection: Facts) -> Iterator[Row]:
    facts = list(inspection.splits.values())
    number = inspection.model.num_classes
    if number <= SHOWN_CLASSES:
        names = inspection.class_names or ("",) * number
        for label in range(number):
            name = textwrap.shorten(names[label], 18, placeholder="...")
            yield [f"{label} {name}".strip(), *_of_class(facts, label)]
    else:
        yield ["with images", *_of_counts(facts, len)]
        yield ["fewest images", *_of_counts(facts, lambda x: min(x.values()))]
        yield ["most images", *_of_counts(facts, lambda x: max(x.values()))]
    yield ["most / fewest", *(_balance(each, number) for each in facts)]


def _duplicate_rows(inspection: Facts) -> list[Row]:
    rows: list[Row] = [["", "exact", "near", "first pair"]]
    for overlap in inspection.overlaps:
        name = f"{overlap.first} and {overlap.second}"
        if overlap.first == overlap.second:
            name = f"in {overlap.first}"
        near = f"{len(overlap.near):,}" if inspection.near_duplicates else "-"
        exact = f"{len(overlap.exact):,}"
        rows.append([name, exact, near, _example(overlap)])
    return rows


def _warning_lines(warnings: tuple[str, ...]) -> list[str]:
    if not warnings:
        return ["Warnings", "  none"]
    lines = ["Warnings"]
    for warning in warnings:
        lines += textwrap.wrap(
            warning, WIDTH, initial_indent="  ! ", subsequent_indent="    "
        )
    return lines


def _example(overlap: Overlap) -> str:
    pairs = overlap.exact or overlap.near
    if not pairs:
        return ""
    first, second = pairs[0]
    if overlap.first == overlap.second:
        return f"{first} and {second}"
    return f"{overlap.first} {first}, {overlap.second} {second}"


def _parameters(model: ModelFacts) -> str:
    text = f"{model.parameters:,}"
    if model.parameters == model.trainable_parameters:
        return f"{text}, all trainable"
    return f"{text}, {model.trainable_parameters:,} of them trainable"


def _norms(model: ModelFacts) -> str:
    frozen = len(model.frozen_batch_norm_layers)
    text = _count(len(model.batch_norm_layers), "layer")
    return f"{text}, {frozen} of them frozen" if frozen else text


def _count(number: int, noun: str) -> str:
    return f"{number} {noun}{'s' * (number != 1)}" if number else "none"


def _kind(outputs: str, number: int) -> str:
    one = {"probabilities": "probability", "logits": "logit"}
    return one[outputs] if number == 1 else outputs


def _image_size(facts: SplitFacts) -> str:
    if facts.smallest != facts.largest:
        return "various"
    return _by(facts.shape)


def _labels(role: str, facts: SplitFacts) -> str:
    if role == "unlabeled" and facts.labels:
        return "hidden"
    return facts.labels or "-"


def _by(shape: Sequence[int | None]) -> str:
    return " x ".join("any" if size is None else str(size) for size in shape)


def _of_class(facts: list[SplitFacts], label: int) -> list[str]:
    return [
        f"{each.class_counts.get(label, 0):,}" if each.labels else "-"
        for each in facts
    ]


def _of_counts(
    facts: list[SplitFacts], function: Callable[[dict[int, int]], int]
) -> list[str]:
    return [
        f"{function(each.class_counts):,}" if each.labels else "-"
        for each in facts
    ]


def _balance(facts: SplitFacts, number: int) -> str:
    counts = facts.class_counts.values()
    if not counts:
        return "-"
    least = min(counts) if len(counts) >= number else 0
    return f"{max(counts) / least:.2f}" if least else "inf"

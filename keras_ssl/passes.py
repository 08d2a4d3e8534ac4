"""Which views share a forward pass, and what each pass may change."""

from collections.abc import Sequence
from typing import NamedTuple

import keras
from keras import ops

from keras_ssl.batch_norm import keep_statistics
from keras_ssl.typing import Tensor

FORWARDS = ("split", "joint")
BATCH_NORMS = ("all", "labeled", "none")


class Pass(NamedTuple):
    """One forward pass in training mode.

    Attributes:
        views: The views that go through together, as one batch.
        gradient: Whether the loss flows back through it.
        statistics: Whether it updates BatchNorm's moving statistics.
    """

    views: tuple[str, ...]
    gradient: bool
    statistics: bool


def plan_passes(
    views: Sequence[str],
    targets: Sequence[str],
    *,
    forward: str,
    batch_norm: str,
) -> list[Pass]:
    """The forward passes of one semi-supervised step.

    Args:
        views: The unlabeled views that the method takes.
        targets: Those of them that need no gradient.
        forward: `"joint"`: one pass over everything. `"split"`: the targets
            have a pass of their own, without gradient.
        batch_norm: Whose images update BatchNorm's moving statistics: `"all"`,
            `"labeled"` (these then have a pass of their own) or `"none"`.

    Returns:
        The passes; each view is in exactly one.

    Example:

    >>> for each in plan_passes(
    ...     ["weak", "strong"], ["weak"], forward="split", batch_norm="all"
    ... ):
    ...     print(each.views, each.gradient, each.statistics)
    ('weak',) False True
    ('labeled', 'strong') True True
    """
    apart = tuple(v for v in views if v in targets and forward == "split")
    rest = tuple(v for v in views if v not in apart)
    together = (
        [("labeled",), rest]
        if batch_norm == "labeled"
        else [("labeled", *rest)]
    )
    groups = [group for group in (apart, *together) if group]
    return [
        Pass(
            views=group,
            gradient=group != apart,
            statistics=batch_norm == "all"
            or (batch_norm == "labeled" and group == ("labeled",)),
        )
        for group in groups
    ]


def run_passes(
    network: keras.Model, passes: Sequence[Pass], views: dict[str, Tensor]
) -> dict[str, Tensor]:
    """The network's outputs for each view.

    Args:
        network: A built model.
        passes: What `plan_passes` gave.
        views: Images `(n, height, width, channels)` by the view's name.

    Returns:
        Outputs `(n, num_classes)` by the view's name.
    """
    outputs: dict[str, Tensor] = {}
    for group in passes:
        parts = [ops.cast(views[name], "float32") for name in group.views]
        together = _run(network, ops.concatenate(parts), group)
        start = 0
        for name, part in zip(group.views, parts, strict=True):
            end = start + ops.shape(part)[0]
            outputs[name], start = together[start:end], end
    return outputs


def _run(network: keras.Model, images: Tensor, group: Pass) -> Tensor:
    if group.statistics:
        outputs = network(images, training=True)
    else:
        outputs = keep_statistics(network, images)
    return outputs if group.gradient else ops.stop_gradient(outputs)

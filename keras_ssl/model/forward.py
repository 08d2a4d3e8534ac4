"""Which views share a forward pass, and what each pass may change."""

from collections.abc import Callable
from collections.abc import Sequence
from typing import Any
from typing import NamedTuple

import keras
from keras import ops

from keras_ssl.model.batch_norm import keep_statistics
from keras_ssl.model.inputs import ALONE
from keras_ssl.model.inputs import TEACHER
from keras_ssl.model.inputs import image_name
from keras_ssl.utils.typing import Tensor

FORWARDS = ("split", "joint")
BATCH_NORMS = ("all", "labeled", "none")

Forward = Callable[[Tensor], dict[str, Tensor]]


class Pass(NamedTuple):
    """One forward pass in training mode.

    Attributes:
        views: The views that go through together, as one batch.
        gradient: Whether the loss flows back through it.
        statistics: Whether it updates BatchNorm's moving statistics.
        averaged: Whether it uses the averaged weights.
    """

    views: tuple[str, ...]
    gradient: bool
    statistics: bool
    averaged: bool = False


def plan_passes(
    views: Sequence[str],
    targets: Sequence[str],
    *,
    forward: str,
    batch_norm: str,
) -> list[Pass]:
    """The forward passes of one semi-supervised step.

    Args:
        views: The views whose outputs are needed, `"labeled"` among them.
            `"teacher"` has a pass with the averaged weights; those that end in
            `"_alone"` have one together that leaves the statistics.
        targets: Those that need no gradient.
        forward: `"joint"`: one pass over everything else. `"split"`: the
            targets have a pass of their own, without gradient.
        batch_norm: Whose images update BatchNorm's moving statistics: `"all"`,
            `"labeled"` (these then have a pass of their own) or `"none"`.

    Returns:
        The passes, those of targets first; each view is in exactly one.

    Example:

    >>> for each in plan_passes(
    ...     ["labeled", "weak", "strong"],
    ...     ["weak"],
    ...     forward="split",
    ...     batch_norm="all",
    ... ):
    ...     print(each.views, each.gradient, each.statistics)
    ('weak',) False True
    ('labeled', 'strong') True True
    """
    everything = batch_norm == "all"

    def kind(view: str) -> tuple[bool, bool, bool]:
        if view == TEACHER:
            return False, False, True
        if view.endswith(ALONE):
            return True, False, False
        if view in targets and forward == "split":
            return False, everything, False
        labeled = batch_norm == "labeled" and view.startswith("labeled")
        return True, everything or labeled, False

    kinds = sorted(set(map(kind, views)), key=lambda k: (k[0], not k[1]))
    return [
        Pass(tuple(v for v in views if kind(v) == each), *each)
        for each in kinds
    ]


def run_passes(
    network: keras.Model,
    passes: Sequence[Pass],
    views: dict[str, Tensor],
    *,
    forward: Forward | None = None,
    averaged: Any = None,
) -> dict[str, Tensor]:
    """The network's outputs for each view.

    Args:
        network: A built model.
        passes: What `plan_passes` gave.
        views: Images `(n, height, width, channels)` by the view's name.
        forward: From images to outputs by what they add to the view's name;
            `None` for `{"": network(images, training=True)}`.
        averaged: `(variable, value)` for each of the network's variables: the
            averaged weights.

    Returns:
        Outputs `(n, num_classes)` by the view's name.
    """
    forward = forward or (lambda x: {"": network(x, training=True)})
    outputs: dict[str, Tensor] = {}
    for group in passes:
        names = [n if n in views else image_name(n) for n in group.views]
        parts = [ops.cast(views[name], "float32") for name in names]
        images = ops.concatenate(parts)
        if group.statistics:
            together = forward(images)
        else:
            weights = averaged if group.averaged else None
            together = keep_statistics(network, images, forward, weights)
        start = 0
        for name, part in zip(group.views, parts, strict=True):
            end = start + ops.shape(part)[0]
            for suffix, whole in together.items():
                rows = whole[start:end]
                outputs[name + suffix] = (
                    rows if group.gradient else ops.stop_gradient(rows)
                )
            start = end
    return outputs

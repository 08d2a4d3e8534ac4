"""Curves over the epochs of several phases of training, one after another."""

from collections.abc import Mapping
from collections.abc import Sequence
from itertools import cycle
from typing import TYPE_CHECKING
from typing import TypeAlias

import keras

from keras_ssl.plots.axes import COLORS
from keras_ssl.plots.axes import get_axes

if TYPE_CHECKING:
    from matplotlib.axes import Axes


Phases: TypeAlias = Mapping[str, Mapping[str, Sequence[float]]]

SHARES = {
    "mask_ratio": "Pseudo-labels used",
    "confidence": "Mean confidence",
    "pseudo_label_accuracy": "Pseudo-labels that are right",
    "pseudo_label_entropy": "Evenness of classes",
    "mix_distance": "Distance from the labels' mix",
}


def plot_phases(
    phases: Phases, *, metric: str = "loss", ax: "Axes | None" = None
) -> "Axes":
    """Draws one metric over all epochs: training dashed, validation solid.

    A dotted line marks where one phase ends and the next begins. Accuracies
    are drawn in percent.

    Args:
        phases: Dictionaries of lists with one value an epoch, as in the
            `history` that `fit` returns, by the name of the phase, in order.
        metric: Name of the metric, without `"val_"`.
        ax: Matplotlib axes to draw on; those of a new figure by default.

    Returns:
        The Matplotlib axes.

    Raises:
        ValueError: No phase has recorded the metric.
        ImportError: Matplotlib is not installed.

    Example:
    >>> phases = {"phase 1": {"loss": [3, 2]}, "phase 2": {"loss": [1]}}
    >>> ax = plot_phases(phases)
    >>> [text.get_text() for text in ax.texts]
    ['phase 1', 'phase 2']
    """
    percent = metric.endswith(("accuracy", "acc"))
    curves = {metric: "Training", f"val_{metric}": "Validation"}
    ax = _draw(ax, phases, curves, percent=percent)
    for line in ax.lines:
        training = line.get_gid() == metric
        line.set_color(COLORS[0])
        line.set_linestyle("--" if training else "-")
    name = metric.replace("_", " ").capitalize()
    ax.set_ylabel(f"{name} (%)" if percent else name)
    return _finish(ax, phases)


def plot_pseudo_labels(phases: Phases, *, ax: "Axes | None" = None) -> "Axes":
    """Draws what the pseudo-labels were like over the epochs, in percent.

    Drawn is what has been recorded of: `mask_ratio`, the share of unlabeled
    images whose pseudo-label is used; `confidence`, its mean;
    `pseudo_label_accuracy`, the share of used ones that are right, where this
    is known; `pseudo_label_entropy`, 100 % where all classes are guessed
    equally often, 0 % where one class has taken over; `mix_distance`, the share
    of images that would have another class, were they of the labels' mix.

    Args:
        phases: Dictionaries of lists with one value an epoch, as in the
            `history` that `fit` returns, by the name of the phase, in order.
        ax: Matplotlib axes to draw on; those of a new figure by default.

    Returns:
        The Matplotlib axes.

    Raises:
        ValueError: No phase has recorded any of the four.
        ImportError: Matplotlib is not installed.

    Example:
    >>> ax = plot_pseudo_labels({"phase 2": {"mask_ratio": [0.1, 0.5]}})
    >>> ax.lines[0].get_ydata().tolist()
    [10.0, 50.0]
    """
    ax = _draw(ax, phases, SHARES, percent=True)
    ax.set_ylim(0, 105)
    ax.set_ylabel("Share (%)")
    return _finish(ax, phases)


def has_curve(phases: Phases, *names: str) -> bool:
    """Whether a phase has recorded one of these names.

    Example:
    >>> has_curve({"phase 1": {"loss": [1.0]}}, "loss", "accuracy")
    True
    """
    return any(phase.get(name) for phase in phases.values() for name in names)


def _draw(
    ax: "Axes | None",
    phases: Phases,
    curves: Mapping[str, str],
    *,
    percent: bool,
) -> "Axes":
    if not has_curve(phases, *curves):
        recorded = sorted({name for phase in phases.values() for name in phase})
        raise ValueError(
            f"Received: phases with {recorded}. Expected one of "
            f"{sorted(curves)}. Draw a metric that was recorded, or name it in "
            "`model.compile(metrics=...)`."
        )
    ax = get_axes(ax, (4.6, 3.2))
    for color, (key, label) in zip(COLORS, curves.items(), strict=False):
        begin = 0
        for phase in phases.values():
            values = [100 * v if percent else v for v in phase.get(key, ())]
            if values:
                stride = _length(phase) // len(values)
                epochs = [begin + stride * (i + 1) for i in range(len(values))]
                line = ax.plot(epochs, values, color=color, label=label)[0]
                line.set(marker="." if len(values) < 15 else "", gid=key)
                label = "_"  # one entry in the legend for all phases
            begin += _length(phase)
    return ax


def _finish(ax: "Axes", phases: Phases) -> "Axes":
    """Marks where phases begin, and writes the names and the legend."""
    begin = 0
    for name, phase in phases.items():
        if begin:
            ax.axvline(begin + 0.5, color="0.4", linestyle=":", label="_")
        ax.annotate(
            name,
            (begin + 0.5 + _length(phase) / 2, 1),
            (0, 3),
            xycoords=("data", "axes fraction"),
            textcoords="offset points",
            ha="center",
            color="0.3",
        )
        begin += _length(phase)
    ax.set_xlim(0.5, begin + 0.5)
    ax.set_xlabel("Epoch")
    ax.locator_params(axis="x", integer=True)
    ax.spines[["top", "right"]].set_visible(False)
    ax.legend(
        loc="upper center", bbox_to_anchor=(0.5, -0.2), ncols=2, frameon=False
    )
    return ax


def _length(phase: Mapping[str, Sequence[float]]) -> int:
    return max(map(len, phase.values()), default=0)


Curves: TypeAlias = Mapping[str, Sequence[float]]


def plot_history(
    histories: Mapping[str, keras.callbacks.History | Curves],
    *,
    metric: str = "accuracy",
    ax: "Axes | None" = None,
) -> "Axes":
    """Draws one metric over the epochs: training dashed, validation solid.

    Accuracies are drawn in percent. A validation curve with fewer values than
    its training curve is spaced evenly, as `validation_freq` leaves it.

    Args:
        histories: What `model.fit` returned, or the dictionary in its
            `history`, by the name of the model.
        metric: Name of the metric, without `"val_"`.
        ax: Matplotlib axes to draw on; those of a new figure by default.

    Returns:
        The Matplotlib axes.

    Raises:
        ValueError: A history has no such metric, or `histories` is empty.
        TypeError: `histories` is not a dictionary from names to histories.
        ImportError: Matplotlib is not installed.

    Example:
    >>> curves = {"accuracy": [0.4, 0.6], "val_accuracy": [0.5, 0.7]}
    >>> ax = plot_history({"FixMatch": curves})
    >>> ax.get_xlabel(), ax.get_ylabel()
    ('Epoch', 'Accuracy (%)')
    """
    curves = _read(histories, metric)
    ax = get_axes(ax, (6.0, 4.0))
    name = metric.replace("_", " ").capitalize()
    percent = metric.endswith(("accuracy", "acc"))
    for color, (label, pair) in zip(
        cycle(COLORS), curves.items(), strict=False
    ):
        _draw_pair(ax, label, pair, color=color, scale=100 if percent else 1)
    ax.set_xlabel("Epoch")
    ax.set_ylabel(f"{name} (%)" if percent else name)
    ax.locator_params(axis="x", integer=True)
    ax.spines[["top", "right"]].set_visible(False)
    _explain(ax, list(curves))
    return ax


def _explain(ax: "Axes", names: Sequence[str]) -> None:
    """A legend above the axes: a colour a name, a dash for training."""
    from matplotlib.lines import Line2D

    entries = [
        *zip(names, cycle(COLORS), strict=False),
        ("dashed: training, solid: validation", "none"),
    ]
    ax.legend(
        handles=[Line2D([], [], color=c, label=name) for name, c in entries],
        loc="lower left",
        bbox_to_anchor=(0, 1),
        frameon=False,
    )


def _draw_pair(
    ax: "Axes", label: str, pair: Curves, *, color: str, scale: float
) -> None:
    for split, values in pair.items():
        stride = max(map(len, pair.values())) // len(values)
        ax.plot(
            [stride * (index + 1) for index in range(len(values))],
            [scale * value for value in values],
            linestyle="--" if split == "training" else "-",
            color=color,
            label=f"{label} ({split})",
        )


def _read(
    histories: Mapping[str, keras.callbacks.History | Curves], metric: str
) -> dict[str, Curves]:
    if not isinstance(histories, Mapping):
        raise TypeError(
            f"Received: {type(histories).__name__}. Expected a dictionary from "
            'a name to a history. Write `plot_history({"FixMatch": history})`.'
        )
    if not histories:
        raise ValueError(
            "Received: no histories. Expected a dictionary with at least one. "
            'Write `plot_history({"FixMatch": history})`.'
        )
    return {name: _pair(name, h, metric) for name, h in histories.items()}


def _pair(
    name: str, history: keras.callbacks.History | Curves, metric: str
) -> Curves:
    """The curves of one model by split; a split without values is left out."""
    logs = getattr(history, "history", history)
    if not isinstance(logs, Mapping):
        raise TypeError(
            f"Received: {type(logs).__name__} for {name!r}. Expected a Keras "
            "`History` or a dictionary of lists. Pass what `model.fit` "
            'returned by name: `plot_history({"FixMatch": history})`.'
        )
    splits = {"training": metric, "validation": f"val_{metric}"}
    pair = {split: logs[key] for split, key in splits.items() if logs.get(key)}
    if not pair:
        raise ValueError(
            f"Received: metric={metric!r}. Expected one that {name!r} has "
            f"recorded: {sorted(k for k in logs if k[:4] != 'val_')}. "
            "Choose one of these, or name it in `model.compile(metrics=...)`."
        )
    return pair

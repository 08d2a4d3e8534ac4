"""Learning curves."""

from collections.abc import Mapping
from collections.abc import Sequence
from itertools import cycle
from typing import TYPE_CHECKING
from typing import TypeAlias

import keras

from keras_ssl.report.axes import COLORS
from keras_ssl.report.axes import get_axes

if TYPE_CHECKING:
    from matplotlib.axes import Axes

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
        _draw(ax, label, pair, color=color, scale=100 if percent else 1)
    ax.set_xlabel("Epoch")
    ax.set_ylabel(f"{name} (%)" if percent else name)
    ax.locator_params(axis="x", integer=True)
    ax.spines[["top", "right"]].set_visible(False)
    ax.legend(frameon=False)
    return ax


def _draw(
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

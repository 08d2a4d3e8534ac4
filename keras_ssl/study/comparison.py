"""`Comparison`: what the runs of a study say, in numbers, words and figures."""

import contextlib
import csv
import dataclasses
import functools
import io
import math
import pathlib
from collections.abc import Mapping
from collections.abc import Sequence
from typing import Any

from keras_ssl.plots.studies import plot_curves
from keras_ssl.plots.studies import plot_runs
from keras_ssl.plots.svg import to_svg
from keras_ssl.study.paired_tests import Difference
from keras_ssl.study.paired_tests import Summary
from keras_ssl.study.paired_tests import compare_pairs
from keras_ssl.study.paired_tests import holm
from keras_ssl.study.paired_tests import summarize
from keras_ssl.study.tables import explain
from keras_ssl.study.tables import format_rows
from keras_ssl.utils.folder import reading
from keras_ssl.utils.folder import write_text
from keras_ssl.utils.jsonable import dumps
from keras_ssl.utils.jsonable import loads
from keras_ssl.utils.jsonable import to_plain


@dataclasses.dataclass(frozen=True)
class Comparison:
    """The results of a study; `print` it.

    Args:
        runs: A dictionary a run: `"row"`, `"seed"`, `"accuracy"` from 0 to 1,
            `"seconds"`, `"images"` (trained on, or `None`), `"versions"` and
            `"curve"`.
        controls: Rows to compare with: the one with the best mean counts.
        setup: What all runs share.

    Raises:
        ValueError: A control is no row.

    Example:

    >>> runs = [
    ...     {"row": row, "seed": seed, "accuracy": accuracy, "seconds": 60.0}
    ...     for row, all in {
    ...         "control": [0.81, 0.82, 0.80],
    ...         "AdaMatch": [0.83, 0.83, 0.82],
    ...     }.items()
    ...     for seed, accuracy in enumerate(all)
    ... ]
    >>> found = Comparison(runs, ["control"], {})
    >>> round(found.differences["AdaMatch"].mean, 4)
    0.0167
    """

    runs: Sequence[dict[str, Any]]
    controls: Sequence[str]
    setup: dict[str, Any]

    def __post_init__(self) -> None:
        missing = [name for name in self.controls if name not in self.accuracy]
        if missing:
            raise ValueError(
                f"Received: control={missing[0]!r}. Expected one of "
                f"{list(self.accuracy)}. Pass the name of a row."
            )

    @property
    def accuracy(self) -> dict[str, dict[int, float]]:
        """The accuracy by row and seed, from 0 to 1."""
        found: dict[str, dict[int, float]] = {}
        for run in self.runs:
            found.setdefault(run["row"], {})[run["seed"]] = run["accuracy"]
        return found

    @property
    def summaries(self) -> dict[str, Summary]:
        """Mean, standard deviation and interval of each row."""
        return {
            row: summarize(list(values.values()))
            for row, values in self.accuracy.items()
        }

    @property
    def control(self) -> str:
        """The control with the best mean."""
        return max(self.controls, key=lambda row: self.summaries[row].mean)

    @property
    def gains(self) -> dict[str, dict[int, float]]:
        """Each other row less the control, by row and seed they share."""
        control = self.accuracy[self.control]
        found = {}
        for row, values in self.accuracy.items():
            shared = {
                seed: value - control[seed]
                for seed, value in values.items()
                if seed in control
            }
            if row != self.control and shared:
                found[row] = shared
        return found

    @property
    def differences(self) -> dict[str, Difference]:
        """Mean, deviation and p-values of the gains, by row."""
        return {
            row: compare_pairs(list(gains.values()), [0.0] * len(gains))
            for row, gains in self.gains.items()
        }

    @property
    def rows(self) -> list[dict[str, Any]]:
        """One dictionary a row, with everything in percent and seconds."""
        return make_rows(self.runs, self.summaries, self.differences)

    # As text

    def to_markdown(self) -> str:
        """The rows as a table in Markdown."""
        return format_rows(self.rows, self.control)

    def to_csv(self) -> str:
        """The rows as comma-separated values."""
        file = io.StringIO()
        writer = csv.DictWriter(file, list(self.rows[0]), lineterminator="\n")
        writer.writeheader()
        writer.writerows(self.rows)
        return file.getvalue()

    def to_dict(self) -> dict[str, Any]:
        """Everything as dictionaries, lists, numbers and strings, for JSON."""
        return {**dataclasses.asdict(self), "rows": self.rows}

    def save(self, folder: str | pathlib.Path) -> None:
        """Writes table and figures into a folder.

        Args:
            folder: Gets `table.md`, `table.csv`, `comparison.json` and, where
                Matplotlib is installed, `runs.svg` and `gains.svg`, and
                `curves.svg` and `curves_seconds.svg` where there were images
                for validation.
        """
        folder = pathlib.Path(folder)
        for name, content in {
            "table.md": f"{self}\n",
            "table.csv": self.to_csv(),
            "comparison.json": dumps(to_plain(self.to_dict())),
        }.items():
            write_text(folder / name, content)
        figures: dict[str, Any] = {"runs": self.plot}
        if self.gains:
            figures["gains"] = self.plot_gains
        if any("val_accuracy" in run.get("curve", {}) for run in self.runs):
            figures["curves"] = self.plot_curves
            figures["curves_seconds"] = functools.partial(
                self.plot_curves, against="seconds"
            )
        # Without Matplotlib there are no figures, and all the rest.
        with contextlib.suppress(ImportError):
            for name, draw in figures.items():
                write_text(folder / f"{name}.svg", to_svg(draw))

    @classmethod
    def load(cls, path: str | pathlib.Path) -> "Comparison":
        """Reads the `comparison.json` that `save` wrote.

        Args:
            path: Of the file.

        Raises:
            ValueError: There is no such file, or it holds no comparison.
        """
        with reading(path, "a comparison that `Comparison.save` wrote") as text:
            found = loads(text)
            loaded = cls(found["runs"], found["controls"], found["setup"])
            if not loaded.rows:
                raise ValueError("there are no runs in it")
        return loaded

    def __str__(self) -> str:
        return f"{self.to_markdown()}\n\n{self.words}"

    @property
    def words(self) -> str:
        """Explains in sentences what was measured, and how."""
        return explain(
            self.setup,
            seeds=len({run["seed"] for run in self.runs}),
            control=self.control,
            controls=len(self.controls),
            tests=sum(not math.isnan(d.p) for d in self.differences.values()),
            versions=sorted(
                {
                    ", ".join(
                        " ".join(pair) for pair in run["versions"].items()
                    )
                    for run in self.runs
                    if "versions" in run
                }
            ),
        )

    # As figures

    def plot(self, ax: Any = None) -> Any:
        """Draws the mean of each row with its interval, and every run.

        Args:
            ax: Matplotlib axes to draw on; those of a new figure by default.

        Returns:
            The Matplotlib axes.
        """
        values = {
            row: list(seeds.values()) for row, seeds in self.accuracy.items()
        }
        intervals = {row: s.interval for row, s in self.summaries.items()}
        return plot_runs(values, intervals=intervals, ax=ax)

    def plot_gains(self, ax: Any = None) -> Any:
        """Draws what each other row gains over the control, seed by seed.

        Args:
            ax: Matplotlib axes to draw on; those of a new figure by default.

        Returns:
            The Matplotlib axes.

        Raises:
            ValueError: No other row shares a seed with the control.
        """
        gains = {row: list(each.values()) for row, each in self.gains.items()}
        intervals = {
            row: summarize(each).interval for row, each in gains.items()
        }
        xlabel = f"Gain over {self.control} (points)"
        ax = plot_runs(gains, intervals=intervals, xlabel=xlabel, ax=ax)
        ax.axvline(0, color="0.5", zorder=1)
        return ax

    def plot_curves(
        self,
        value: str = "val_accuracy",
        *,
        against: str = "epoch",
        ax: Any = None,
    ) -> Any:
        """Draws a value over training: the mean of each row, and its range.

        Args:
            value: A name in the logs of `fit`; `"val_accuracy"` needs images
                for validation.
            against: `"epoch"` or `"seconds"`.
            ax: Matplotlib axes to draw on; those of a new figure by default.

        Returns:
            The Matplotlib axes.

        Raises:
            ValueError: No run has such a value.
        """
        curves: dict[str, list[tuple[list[float], list[float]]]] = {}
        for run in self.runs:
            curve = run.get("curve", {})
            heights = curve.get(value, [])
            steps = curve.get("seconds", [])
            if against == "epoch":
                steps = [float(i + 1) for i in range(len(heights))]
            if heights and len(steps) == len(heights):
                curves.setdefault(run["row"], []).append((steps, heights))
        return plot_curves(curves, xlabel=against, ylabel=value, ax=ax)


def make_rows(
    runs: Sequence[Mapping[str, Any]],
    summaries: Mapping[str, Summary],
    differences: Mapping[str, Difference],
) -> list[dict[str, Any]]:
    """One dictionary a row, with everything in percent and seconds.

    Args:
        runs: The finished runs, as `Comparison` takes them.
        summaries: Of each row.
        differences: Of each row but the control, and those without its seeds.

    Example:

    >>> run = {"row": "control", "seconds": 4.0, "images": 100}
    >>> (row,) = make_rows([run], {"control": Summary(0.5, 0.0, 0.0)}, {})
    >>> row["accuracy (%)"], row["images/s"]
    (50.0, 25.0)
    """
    holms = holm([each.p for each in differences.values()])
    corrected = dict(zip(differences, holms, strict=True))
    rows = []
    for row, summary in summaries.items():
        own = [run for run in runs if run["row"] == row]
        seconds = sum(run["seconds"] for run in own)
        images = sum(run.get("images") or math.nan for run in own)
        line: dict[str, Any] = {
            "row": row,
            "runs": len(own),
            "accuracy (%)": 100 * summary.mean,
            "deviation": 100 * summary.deviation,
            "95 % interval": 100 * summary.interval,
            "gain": math.nan,
            "deviation of gain": math.nan,
            "p": math.nan,
            "p, Holm": math.nan,
            "p, exact": math.nan,
            "seconds": seconds / len(own),
            "images/s": images / seconds,
        }
        if row in differences:
            found = differences[row]
            line["gain"] = 100 * found.mean
            line["deviation of gain"] = 100 * found.deviation
            line["p"], line["p, exact"] = found.p, found.p_exact
            line["p, Holm"] = corrected[row]
        rows.append(line)
    return rows

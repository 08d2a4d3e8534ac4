"""`TrainingReport`: what a training did, why, and what came out."""

import pathlib
from dataclasses import dataclass

from keras_ssl.report import storage
from keras_ssl.report.page import to_page
from keras_ssl.report.record import Record
from keras_ssl.report.summary import summarize
from keras_ssl.utils.folder import write_text


@dataclass(repr=False)
class TrainingReport(Record):
    """What a training did, why, and what came out.

    `print(report)` shows it, `report.to_html("report.html")` writes one page,
    and `report.save("folder")` keeps it all. Everything but the seed may be
    missing; what is missing is left out.

    Args:
        seed: Of the run.
        name: Of the run; three words after the seed by default.
        date: When the run began, for example "2030-01-31 12:00:00+01:00".
        accuracy: Accuracy after each stage, from 0 to 1, in order, for example
            of `"baseline"`, `"phase 1"`, `"phase 2"`. The last is the model's.
        decision: Which model was kept in the end, and why, in a sentence.
        measured_on: The images whose accuracy that is, for example "test
            images, which neither training nor a finder has seen".
        measured_images: How many these are; 0 if that is not known.
        settings: Every setting, found or given, and why.
        history: Dictionaries of lists with one value an epoch, as in the
            `history` that `fit` returns, by the name of the phase, in order.
        classification: How the model does in each class.
        findings: The results of finders.
        samples: A few images with predictions.
        analysis: Facts about the data, as `to_dict` of `keras_ssl.inspect`
            returns them; sentences in its "warnings" are shown first.
        analysis_text: Facts about the data as a text.
        batch_norm: What the checks of BatchNorm said, a sentence each.
        seconds: How long each step took, in order.
        machine: Device, memory, images and steps per second, and the like.
        model: What was trained; `save` writes it to `model.keras`.

    Raises:
        ValueError: An accuracy lies outside [0, 1], or a sample has the
            address of an image in place of its pixels.

    Example:
    >>> report = TrainingReport(0, accuracy={"baseline": 0.7, "phase 2": 0.9})
    >>> print(report)  # doctest: +ELLIPSIS
    amber-able-badger · seed 0 · ...
    <BLANKLINE>
    Accuracy
      baseline  70.0 %
      phase 2   90.0 %
      +20.0 points over baseline
    """

    def __repr__(self) -> str:
        """One line; `print` shows more."""
        stages = [f"{k} {100 * v:.1f} %" for k, v in self.accuracy.items()]
        return f"<TrainingReport {': '.join([self.name, *stages[-1:]])}>"

    def __str__(self) -> str:
        """The report as a text of about one screen."""
        return summarize(self)

    def save(self, folder: str | pathlib.Path) -> None:
        """Writes all there is into a folder, which may exist.

        `report.json` holds the numbers, `figures/` every figure as SVG,
        `report.html` the page, and `model.keras` the model, if there is one.

        Args:
            folder: Its path.

        Raises:
            ImportError: Matplotlib or Jinja2 is not installed. Numbers and
                model are written before.
            OSError: The disk is full, or may not be written to.
        """
        storage.save(self, pathlib.Path(folder))

    @classmethod
    def load(cls, folder: str | pathlib.Path) -> "TrainingReport":
        """Reads what `save` wrote, except the model.

        Load the model with `keras.saving.load_model(folder / "model.keras")`.

        Args:
            folder: Its path.

        Raises:
            FileNotFoundError: There is no report in the folder.
            ValueError: It is damaged, or a sample refers to an image elsewhere.
        """
        return cls(**storage.load(pathlib.Path(folder)))

    def to_html(self, path: str | pathlib.Path | None = None) -> str:
        """Renders one page that needs no other file, and no network.

        Args:
            path: File to write it to, if any.

        Returns:
            The page.

        Raises:
            ImportError: Matplotlib or Jinja2 is not installed.
        """
        page = to_page(self)
        if path is not None:
            write_text(pathlib.Path(path), page)
        return page

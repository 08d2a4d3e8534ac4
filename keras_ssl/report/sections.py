"""What stands on the page of a report, in the order of a reader's interest."""

from collections.abc import Mapping
from collections.abc import Sequence
from typing import Any
from typing import NamedTuple

from keras_ssl.report.classification import Classification
from keras_ssl.report.figures import Picture
from keras_ssl.report.record import Finding
from keras_ssl.report.record import Record
from keras_ssl.report.samples import Sample
from keras_ssl.report.sentences import calibrated
from keras_ssl.report.sentences import confused
from keras_ssl.report.sentences import gained
from keras_ssl.report.sentences import measured
from keras_ssl.report.sentences import weakest
from keras_ssl.utils.text import duration
from keras_ssl.utils.text import percent
from keras_ssl.utils.text import to_text

Pictures = Mapping[str, Picture]


class Table(NamedTuple):
    """A table.

    Args:
        label: What it holds.
        rows: Dictionaries from the name of a column to the value in it. The
            first column names the row.
    """

    label: str
    rows: Sequence[Mapping[str, Any]]


class Section(NamedTuple):
    """A heading and what stands below it, in this order.

    Args:
        title: The heading.
        stages: Accuracy by stage, from 0 to 1.
        bullets: A list of sentences.
        sentences: Paragraphs.
        samples: Images with predictions.
        text: A text whose columns stand as they do in a terminal.
        tables: Tables.
        pictures: Figures.
        parts: Sections within this one.
        more: A section that is folded away.
    """

    title: str
    stages: Mapping[str, float] = {}
    bullets: Sequence[str] = ()
    sentences: Sequence[str] = ()
    samples: Sequence[Sample] = ()
    text: str = ""
    tables: Sequence[Table] = ()
    pictures: Sequence[Picture] = ()
    parts: Sequence["Section"] = ()
    more: "Section | None" = None

    @property
    def anchor(self) -> str:
        """Where a link to the section leads."""
        return self.title.lower().replace(" ", "-")


def make_sections(report: Record, pictures: Pictures) -> list[Section]:
    """Lists the sections of a page; one without content is left out.

    Args:
        report: The report.
        pictures: Its figures, as `draw_pictures` returns them.

    Example:
    >>> report = keras_ssl.report.TrainingReport(0, batch_norm=["It is fine."])
    >>> [(each.title, each.bullets) for each in make_sections(report, {})]
    [('BatchNorm checks', ['It is fine.'])]
    """
    curves = ("accuracy", "loss", "pseudo_labels")
    settings = [each._asdict() for each in report.settings]
    sections = (
        _result(report),
        Section("Settings", tables=_table("Settings", settings)),
        Section("Training curves", pictures=_choose(pictures, *curves)),
        _classes(report.classification, pictures),
        _images(report.samples),
        Section("Searches", parts=_searches(report.findings, pictures)),
        _data(report),
        Section("BatchNorm checks", bullets=report.batch_norm),
        Section("Time and machine", tables=_machine(report)),
    )
    return [each for each in sections if any(each[1:])]


def _choose(pictures: Pictures, *names: str) -> list[Picture]:
    return [pictures[name] for name in names if name in pictures]


def _table(label: str, rows: Sequence[Mapping[str, Any]]) -> list[Table]:
    """A list with the table, or without one where there are no rows."""
    return [Table(label, rows)] if rows else []


def _result(report: Record) -> Section:
    decision = [report.decision] if report.decision else []
    if not report.accuracy:
        return Section("Result", sentences=decision)
    gain, last = gained(report.gains), list(report.accuracy)[-1]
    gains = [f"Gain of {last}: {gain}."] if gain else []
    sentences = [*decision, *gains, measured(report)]
    return Section("Result", report.accuracy, sentences=sentences)


def _classes(result: Classification | None, pictures: Pictures) -> Section:
    if result is None:
        return Section("Classes")
    rows = [
        {
            "class": name,
            "precision (%)": percent(each["precision"], unit=""),
            "recall (%)": percent(each["recall"], unit=""),
            "F1 (%)": percent(each["f1"], unit=""),
            "images": each["images"],
        }
        for name, each in zip(result.class_names, result.scores, strict=True)
    ]
    return Section(
        "Classes",
        sentences=[f"{weakest(result)} {confused(result)}", calibrated(result)],
        tables=[Table("Scores of each class", rows)],
        pictures=_choose(pictures, "confusion", "class_scores", "calibration"),
    )


def _images(samples: Sequence[Sample]) -> Section:
    sentence = (
        "What the model says each image shows, how sure it is, and what the "
        "image shows where that is something else."
    )
    sentences = [sentence] if samples else []
    return Section("Images", sentences=sentences, samples=samples)


def _searches(findings: Sequence[Finding], pictures: Pictures) -> list[Section]:
    return [
        Section(
            finding.title,
            sentences=[finding.text] if finding.text else [],
            tables=_table(finding.title, finding.rows),
            pictures=_choose(pictures, f"finding_{number}"),
        )
        for number, finding in enumerate(findings, start=1)
    ]


def _data(report: Record) -> Section:
    """The analysis as a text, with its numbers folded away, or as tables."""
    text, warnings = report.analysis_text, report.analysis.get("warnings", [])
    numbers = _numbers(report.analysis)
    if not text:
        return numbers._replace(title="Data", bullets=warnings)
    more = numbers if report.analysis else None
    return Section("Data", bullets=warnings, text=text, more=more)


def _numbers(analysis: Mapping[str, Any]) -> Section:
    """A table of the single values, then one for each group of values."""
    single, groups = [], []
    for name, value in analysis.items():
        title, rows = name.replace("_", " ").capitalize(), _rows(value)
        if rows:
            groups.append(Section(title, tables=[Table(title, rows)]))
        else:
            single.append({"name": name, "value": to_text(value)})
    return Section(
        "All numbers", tables=_table("Numbers", single), parts=groups
    )


def _rows(value: Any) -> list[dict[str, Any]]:
    if isinstance(value, list) and value and isinstance(value[0], dict):
        return value
    if not isinstance(value, dict):
        return []
    if value and all(isinstance(each, dict) for each in value.values()):
        return [{"name": name, **each} for name, each in value.items()]
    return [{"name": name, "value": each} for name, each in value.items()]


def _machine(report: Record) -> list[Table]:
    whole = sum(report.seconds.values())
    times = [
        {"step": name, "time": duration(each), "share": percent(each / whole)}
        for name, each in report.seconds.items()
        if whole
    ]
    facts = [{"name": k, "value": v} for k, v in report.machine.items()]
    return _table("Time", times) + _table("Machine", facts)

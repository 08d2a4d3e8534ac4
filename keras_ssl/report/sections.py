"""What stands on the page of a report, in the order of a reader's interest."""

from collections.abc import Mapping
from collections.abc import Sequence
from html import escape
from typing import Any

from keras_ssl.report import page
from keras_ssl.report.classification import Classification
from keras_ssl.report.figures import Picture
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


def make_sections(report: Record, pictures: Pictures) -> dict[str, list[str]]:
    """Writes the HTML of every section; one without content stays empty.

    Args:
        report: The report.
        pictures: Its figures, as `draw_pictures` returns them.

    Example:
    >>> report = keras_ssl.report.TrainingReport(0, batch_norm=["It is fine."])
    >>> make_sections(report, {})["BatchNorm checks"]
    ['<ul><li>It is fine.</li></ul>']
    """
    curves = [
        pictures[name]
        for name in ("accuracy", "loss", "pseudo_labels")
        if name in pictures
    ]
    return {
        "Result": _result(report),
        "Settings": _settings(report),
        "Training curves": [page.figures(curves)] if curves else [],
        "Classes": _classes(report.classification, pictures),
        "Images": _samples(report.samples),
        "Searches": _findings(report, pictures),
        "Data": _data(report),
        "BatchNorm checks": (
            [page.bullets(report.batch_norm)] if report.batch_norm else []
        ),
        "Time and machine": _machine(report),
    }


def _result(report: Record) -> list[str]:
    if not report.accuracy:
        return []
    stages = "\n".join(
        f"<div><dt>{escape(name)}</dt>"
        f"<dd><strong>{percent(value)}</strong>"
        f'<div class="bar"><i style="width:{100 * value:.1f}%"></i></div>'
        "</dd></div>"
        for name, value in report.accuracy.items()
    )
    gain = gained(report.gains)
    last = list(report.accuracy)[-1]
    return [
        f'<dl class="stages">{stages}</dl>',
        *([page.paragraph(f"Gain of {last}: {gain}.")] if gain else []),
        page.paragraph(measured(report)),
    ]


def _settings(report: Record) -> list[str]:
    rows = [each._asdict() for each in report.settings]
    if not rows:
        return []
    table = page.table(rows, label="Settings")
    return [f'<div class="settings">{table}</div>']


def _classes(result: Classification | None, pictures: Pictures) -> list[str]:
    if result is None:
        return []
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
    names = ("confusion", "class_scores", "calibration")
    return [
        page.paragraph(f"{weakest(result)} {confused(result)}"),
        page.paragraph(calibrated(result)),
        page.table(rows, label="Scores of each class"),
        page.figures([pictures[name] for name in names if name in pictures]),
    ]


def _samples(samples: Sequence[Sample]) -> list[str]:
    if not samples:
        return []
    return [
        page.paragraph(
            "What the model says each image shows, how sure it is, and what "
            "the image shows where that is something else."
        ),
        f'<div class="samples">{"".join(map(_sample, samples))}</div>',
    ]


def _sample(sample: Sample) -> str:
    sure = percent(sample.confidence, 0)
    text = f"{sample.prediction}, {sure} sure"
    words = escape(text)
    if sample.prediction != sample.label:
        text += f"; it is {sample.label}"
        words += f'<br><span class="wrong">is {escape(sample.label)}</span>'
    return (
        f'<figure><img src="{escape(sample.image)}" '
        f'alt="{escape(f"Image predicted as {text}")}">'
        f"<figcaption>{words}</figcaption></figure>"
    )


def _findings(report: Record, pictures: Pictures) -> list[str]:
    parts = []
    for number, finding in enumerate(report.findings, start=1):
        parts.append(page.heading(finding.title))
        if finding.text:
            parts.append(page.paragraph(finding.text))
        if finding.rows:
            parts.append(page.table(finding.rows, label=finding.title))
        if f"finding_{number}" in pictures:
            parts.append(page.figures([pictures[f"finding_{number}"]]))
    return parts


def _data(report: Record) -> list[str]:
    warnings = report.analysis.get("warnings", [])
    shown = [page.bullets(warnings)] if warnings else []
    tables = _tables(report.analysis) if report.analysis else []
    if not report.analysis_text:
        return shown + tables
    text = page.preformatted(report.analysis_text, label="Analysis of the data")
    more = [page.folded("All numbers", "\n".join(tables))] if tables else []
    return [*shown, text, *more]


def _tables(analysis: Mapping[str, Any]) -> list[str]:
    """A table of the single values, then one for each group of values."""
    single, groups = [], []
    for name, value in analysis.items():
        rows = _rows(value)
        if rows:
            title = name.replace("_", " ").capitalize()
            groups += [page.heading(title), page.table(rows, label=title)]
        else:
            single.append({"name": name, "value": to_text(value)})
    first = [page.table(single, label="Numbers")] if single else []
    return first + groups


def _rows(value: Any) -> list[dict[str, Any]]:
    if isinstance(value, list) and value and isinstance(value[0], dict):
        return value
    if not isinstance(value, dict):
        return []
    if value and all(isinstance(each, dict) for each in value.values()):
        return [{"name": name, **each} for name, each in value.items()]
    return [{"name": name, "value": each} for name, each in value.items()]


def _machine(report: Record) -> list[str]:
    whole = sum(report.seconds.values())
    times = [
        {"step": name, "time": duration(each), "share": percent(each / whole)}
        for name, each in report.seconds.items()
        if whole
    ]
    facts = [{"name": k, "value": v} for k, v in report.machine.items()]
    return [
        *([page.table(times, label="Time")] if times else []),
        *([page.table(facts, label="Machine")] if facts else []),
    ]

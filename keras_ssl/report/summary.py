"""A report as a text of about one screen."""

from collections.abc import Mapping
from collections.abc import Sequence
from typing import Any

from keras_ssl.report.classification import Classification
from keras_ssl.report.record import Record
from keras_ssl.report.sentences import calibrated
from keras_ssl.report.sentences import confused
from keras_ssl.report.sentences import gained
from keras_ssl.report.sentences import measured
from keras_ssl.report.sentences import weakest
from keras_ssl.utils.text import duration
from keras_ssl.utils.text import percent
from keras_ssl.utils.text import to_text


def summarize(report: Record) -> str:
    """Writes the most important parts of a report, in 60 lines at the most.

    Args:
        report: The report.

    Example:
    >>> report = keras_ssl.report.TrainingReport(0, machine={"device": "CPU"})
    >>> summarize(report).splitlines()[2:]
    ['Machine', '  device  CPU']
    """
    parts = {
        "Result": [report.decision] if report.decision else [],
        "Accuracy": _accuracy(report),
        "Settings": _cap(_settings(report), 12, "report.settings"),
        "Classes": _classes(report.classification),
        "Searches": _cap(_findings(report), 5, "report.findings"),
        "Data": _cap(_data(report), 9, "report.analysis_text"),
        "BatchNorm": _cap(list(report.batch_norm), 3, "report.batch_norm"),
        "Machine": _cap(_machine(report), 7, "report.machine"),
    }
    blocks = [
        "\n".join([title, *(f"  {line}" for line in lines)])
        for title, lines in parts.items()
        if lines
    ]
    head = f"{report.name} · seed {report.seed} · {report.date}"
    return "\n\n".join([head, *blocks])


def _accuracy(report: Record) -> list[str]:
    if not report.accuracy:
        return []
    lines = _pairs({k: percent(v) for k, v in report.accuracy.items()})
    if report.gains:
        lines.append(gained(report.gains))
    if report.measured_on or report.measured_images:
        lines.append(measured(report))
    return lines


def _settings(report: Record) -> list[str]:
    values = {each.name: to_text(each.value) for each in report.settings}
    width = min(30, max(map(len, values.values()), default=0))
    lines = zip(_pairs(values, width), report.settings, strict=False)
    return [f"{line}  ({setting.why})" for line, setting in lines]


def _classes(result: Classification | None) -> list[str]:
    if result is None:
        return []
    return [weakest(result), confused(result), calibrated(result)]


def _findings(report: Record) -> list[str]:
    pairs = ((each.title, each.text) for each in report.findings)
    return [": ".join(filter(None, pair)) for pair in pairs]


def _data(report: Record) -> list[str]:
    """Warnings first, as the end may be cut off."""
    warnings = [f"Warning: {x}" for x in report.analysis.get("warnings", [])]
    lines = report.analysis_text.splitlines()
    return warnings + [line for line in lines if line.strip()]


def _machine(report: Record) -> list[str]:
    times = [f"{k} {duration(v)}" for k, v in report.seconds.items()]
    facts = {k: to_text(v) for k, v in report.machine.items()}
    return _pairs({**({"time": ", ".join(times)} if times else {}), **facts})


def _pairs(values: Mapping[str, Any], width: int = 0) -> list[str]:
    longest = max(map(len, values), default=0)
    return [f"{k:<{longest}}  {v:<{width}}" for k, v in values.items()]


def _cap(lines: Sequence[str], most: int, where: str) -> list[str]:
    """The first lines, and where to read on if there are more."""
    if len(lines) <= most:
        return list(lines)
    left = len(lines) - most + 1
    return [*lines[: most - 1], f"... {left} more in `{where}`"]

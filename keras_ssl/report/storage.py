"""Reports as files: the numbers, the figures, the page and the model."""

import pathlib
from dataclasses import fields
from typing import Any

from keras_ssl.plots.calibration import Bin
from keras_ssl.report.classification import Classification
from keras_ssl.report.figures import draw_pictures
from keras_ssl.report.figures import is_picture
from keras_ssl.report.page import to_page
from keras_ssl.report.record import Finding
from keras_ssl.report.record import Record
from keras_ssl.utils.jsonable import dumps
from keras_ssl.utils.jsonable import loads
from keras_ssl.utils.jsonable import to_plain

JSON, PAGE, MODEL = "report.json", "report.html", "model.keras"
FIGURES = "figures"


def save(report: Record, folder: pathlib.Path) -> None:
    """Writes a report; what took longest to make comes first.

    Args:
        report: The report.
        folder: Created if it does not exist; a report in it is replaced.

    Raises:
        ImportError: Matplotlib or Jinja2 is not installed. Numbers and model
            are written before.
    """
    (folder / FIGURES).mkdir(parents=True, exist_ok=True)
    if report.model is not None:
        report.model.save(folder / MODEL)
    (folder / JSON).write_text(dumps(_numbers(report)), encoding="utf-8")
    for file in (folder / FIGURES).glob("*.svg"):
        if is_picture(file.stem):  # of a report that was here before
            file.unlink()
    pictures = draw_pictures(report)
    for name, picture in pictures.items():
        _figure_file(folder, name).write_text(picture.svg, encoding="utf-8")
    page = to_page(report, pictures)
    (folder / PAGE).write_text(page, encoding="utf-8")


def load(folder: pathlib.Path) -> dict[str, Any]:
    """Reads the arguments of a report that was saved.

    Args:
        folder: Its path; `save` has written it.

    Raises:
        FileNotFoundError: There is no report in the folder.
    """
    file = folder / JSON
    if not file.exists():
        raise FileNotFoundError(
            f"Received: {str(folder)!r}, without a {JSON}. Expected a folder "
            "that `TrainingReport.save` wrote. Pass its path."
        )
    numbers = loads(file.read_text(encoding="utf-8"))
    result = numbers["classification"]
    if result is not None:
        result["bins"] = [Bin(*each) for each in result["bins"]]
        numbers["classification"] = Classification(**result)
    numbers["findings"] = [
        Finding(**finding, figure=_read_figure(folder, f"finding_{number}"))
        for number, finding in enumerate(numbers["findings"], start=1)
    ]
    return numbers


def _numbers(report: Record) -> dict[str, Any]:
    names = [each.name for each in fields(report) if each.name != "model"]
    numbers = {name: getattr(report, name) for name in names}
    result = report.classification
    numbers["classification"] = result and {
        "class_names": result.class_names,
        "confusion": result.confusion,
        "bins": result.bins,
    }
    numbers["findings"] = [
        {"title": each.title, "text": each.text, "rows": each.rows}
        for each in report.findings
    ]
    return to_plain(numbers)


def _figure_file(folder: pathlib.Path, name: str) -> pathlib.Path:
    return folder / FIGURES / f"{name}.svg"


def _read_figure(folder: pathlib.Path, name: str) -> str | None:
    file = _figure_file(folder, name)
    return file.read_text(encoding="utf-8") if file.exists() else None

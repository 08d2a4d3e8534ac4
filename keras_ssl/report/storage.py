"""Reports as files: the numbers, the figures, the page and the model."""

import pathlib
import zipfile
from collections.abc import Mapping
from dataclasses import fields
from typing import Any

from keras_ssl.plots.calibration import Bin
from keras_ssl.report.classification import Classification
from keras_ssl.report.figures import draw_pictures
from keras_ssl.report.figures import is_picture
from keras_ssl.report.page import to_page
from keras_ssl.report.record import Finding
from keras_ssl.report.record import Record
from keras_ssl.utils.folder import read_whole
from keras_ssl.utils.folder import replacing
from keras_ssl.utils.folder import write_text
from keras_ssl.utils.jsonable import dumps
from keras_ssl.utils.jsonable import loads
from keras_ssl.utils.jsonable import to_plain

JSON, PAGE, MODEL = "report.json", "report.html", "model.keras"
FIGURES = "figures"


def save(report: Record, folder: pathlib.Path) -> None:
    """Writes a report: the model first, and last the numbers.

    So numbers that can be read belong to the model and the figures beside them.

    Args:
        report: The report.
        folder: Created if it does not exist; a report in it is replaced.

    Raises:
        ImportError: Matplotlib or Jinja2 is not installed. Numbers and model
            are written before.
        OSError: The disk is full, or may not be written to.
    """
    if report.model is not None:
        with replacing(folder / MODEL) as new:
            report.model.save(new)
    missing = None
    try:
        _draw(report, folder)
    except ImportError as error:
        missing = error
    write_text(folder / JSON, dumps(to_numbers(report)))
    if missing:
        raise missing


def is_saved(report: Record, folder: pathlib.Path) -> bool:
    """Whether a folder holds all of a report, and all of that is whole.

    Args:
        report: The report.
        folder: Where it would have been saved.
    """
    try:
        text = (folder / JSON).read_text(encoding="utf-8")
        with zipfile.ZipFile(folder / MODEL) as model:
            whole = model.testzip() is None
    except (OSError, ValueError, zipfile.BadZipFile):
        return False
    return whole and text == dumps(to_numbers(report))


def load(folder: pathlib.Path) -> dict[str, Any]:
    """Reads the arguments of a report that was saved.

    Args:
        folder: Its path; `save` has written it.

    Raises:
        FileNotFoundError: There is no report in the folder.
        ValueError: It is damaged.
    """
    found = read_whole(folder / JSON, lambda file: _read(file, folder))
    if found is None:
        raise FileNotFoundError(
            f"Received: {str(folder)!r}, without a {JSON}. Expected a folder "
            "that `TrainingReport.save` wrote. Pass its path."
        )
    return found


def _read(file: pathlib.Path, folder: pathlib.Path) -> dict[str, Any]:
    numbers = loads(file.read_text(encoding="utf-8"))
    figures = {
        f"finding_{number}": _read_figure(folder, f"finding_{number}")
        for number in range(1, len(numbers["findings"]) + 1)
    }
    return from_numbers(numbers, figures)


def from_numbers(
    numbers: Mapping[str, Any], figures: Mapping[str, str | None]
) -> dict[str, Any]:
    """The arguments of a report, from what `to_numbers` made of it.

    Args:
        numbers: What `to_numbers` returned, also after JSON.
        figures: SVG by the name of its file, such as "finding_1".
    """
    arguments = dict(numbers)
    result = arguments["classification"]
    if result is not None:
        bins = [Bin(*each) for each in result["bins"]]
        arguments["classification"] = Classification(**{**result, "bins": bins})
    arguments["findings"] = [
        Finding(**finding, figure=figures.get(f"finding_{number}"))
        for number, finding in enumerate(arguments["findings"], start=1)
    ]
    return arguments


def _draw(report: Record, folder: pathlib.Path) -> None:
    """Writes the figures and the page."""
    for file in (folder / FIGURES).glob("*.svg"):
        if is_picture(file.stem):  # of a report that was here before
            file.unlink()
    pictures = draw_pictures(report)
    (folder / FIGURES).mkdir(parents=True, exist_ok=True)
    for name, picture in pictures.items():
        write_text(_figure_file(folder, name), picture.svg)
    write_text(folder / PAGE, to_page(report, pictures))


def to_numbers(report: Record) -> dict[str, Any]:
    """A report as plain values, without its figures and its model."""
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

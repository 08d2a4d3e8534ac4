import json
import pathlib
import runpy

import keras
import pytest

SCRIPT = pathlib.Path(__file__).parents[2] / "examples" / "tutorial.py"


@pytest.fixture
def tutorial():
    return runpy.run_path(str(SCRIPT))


@pytest.fixture
def cells():
    """The cells of the Markdown table in a text, by model."""

    def read(text):
        lines = [line for line in text.splitlines() if line.startswith("| ")]
        rows = [[c.strip() for c in line[1:-1].split("|")] for line in lines]
        header, _, *rows = rows
        return {row[0]: dict(zip(header, row, strict=True)) for row in rows}

    return read


def test_tiny_run_writes_what_it_prints(tutorial, cells, tmp_path, capsys):
    tutorial["main"](["--tiny", "--dataset=digits", f"--output={tmp_path}"])
    printed = cells(capsys.readouterr().out)
    written = json.loads((tmp_path / "results.json").read_text())["results"]

    names = ["baseline", "SSL", "baseline, equal steps"]
    assert list(printed) == names
    assert [row["model"] for row in written] == names
    for row in written:
        shown = printed[row["model"]]
        assert float(shown["test accuracy (%)"]) == row["test accuracy (%)"]
        assert int(shown["steps"]) == row["steps"]
    # 4 epochs of one step, and one warm-up step before each of two phases.
    assert [row["steps"] for row in written] == [1, 6, 6]
    for name in ("data", "comparison", "history"):
        content = (tmp_path / f"{name}.png").read_bytes()
        assert content.startswith(b"\x89PNG")


def test_failed_download_is_one_sentence(tutorial, tmp_path, monkeypatch):
    def fail():  # as keras.utils.get_file does
        raise Exception("URL fetch failure on https://a.b/c: None -- no route")

    monkeypatch.setattr(keras.datasets.cifar10, "load_data", fail)
    with pytest.raises(SystemExit) as stop:
        tutorial["main"]([f"--output={tmp_path}"])

    # Python prints a text to stderr and exits with 1, without a traceback.
    assert isinstance(stop.value.code, str)
    assert "\n" not in stop.value.code
    assert "fashion_mnist" in stop.value.code
    assert "digits" in stop.value.code


def test_validation_images_are_labeled_ones_and_no_others(tutorial, tmp_path):
    arguments = ["--dataset=digits", "--labeled=100", "--unlabeled=300"]
    data = tutorial["load"](tutorial["parse"](arguments), tmp_path)

    assert [len(images) for images, _ in (data.train, data.validation)] == [
        90,
        10,
    ]
    assert len(data.unlabeled) == 300
    assert len(data.test[0]) == 297
    parts = [data.train[0], data.validation[0], data.test[0], data.unlabeled]
    assert all(part.shape[1:] == (32, 32, 3) for part in parts)
    assert all(-1 <= part.min() < -0.9 < 0.9 < part.max() for part in parts)
    distinct = {image.tobytes() for part in parts for image in part}
    assert len(distinct) == sum(map(len, parts))


def test_original_figures_stand_beside_ours(tutorial, cells, tmp_path, capsys):
    names = ["baseline", "SSL", "baseline, equal steps"]
    curves = {"accuracy": [0.4], "val_accuracy": [0.3]}
    runs = [({"model": n, "test accuracy (%)": 50.0}, curves) for n in names]
    tutorial["report"](runs, tutorial["parse"]([]), tmp_path)

    printed = cells(capsys.readouterr().out)
    assert [printed[n]["original (%)"] for n in names] == ["43.66", "55.89", ""]

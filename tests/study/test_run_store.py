import pytest

from keras_ssl.study.run_store import Folder

SETUP, ROWS = {"labels": 16}, {"row": '{"steps": 4, "ema": 0.9}'}
RUN = {"row": "row", "seed": 0, "accuracy": 0.5}


def test_finished_runs_are_there_again(tmp_path):
    folder = Folder(tmp_path / "new", SETUP, ROWS)
    folder.keep(RUN)
    again = Folder(tmp_path / "new", SETUP, ROWS)
    assert again.runs == [RUN]
    assert again.has("row", 0)
    assert not again.has("row", 1)
    assert not again.has("other", 0)


def test_a_line_that_was_cut_is_forgotten(tmp_path):
    folder = Folder(tmp_path, SETUP, ROWS)
    for seed in (0, 1):
        folder.keep({**RUN, "seed": seed})
    file = tmp_path / "runs.jsonl"
    file.write_text(file.read_text()[:-9])
    again = Folder(tmp_path, SETUP, ROWS)
    assert [run["seed"] for run in again.runs] == [0]
    again.keep({**RUN, "seed": 2})
    runs = Folder(tmp_path, SETUP, ROWS).runs
    assert [run["seed"] for run in runs] == [0, 2]


def test_another_study_is_refused_and_rows_may_be_added(tmp_path):
    Folder(tmp_path, SETUP, ROWS)
    Folder(tmp_path, SETUP, {"other": "a function"})
    with pytest.raises(
        ValueError, match="labels=16. Expected labels=20.*folder"
    ):
        Folder(tmp_path, {"labels": 20}, ROWS)
    with pytest.raises(
        ValueError,
        match=r"row=\{'steps': 4\}. Expected row=\{'steps': 5\}.*name",
    ):
        Folder(tmp_path, SETUP, {"row": '{"steps": 5, "ema": 0.9}'})
    with pytest.raises(ValueError, match="other='a function'"):
        Folder(tmp_path, SETUP, {"other": "another"})

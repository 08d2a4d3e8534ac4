"""What a study keeps and ends when it is killed."""

import os
import pathlib
import subprocess
import sys
import time

import pytest

from keras_ssl.study.comparison import Comparison
from keras_ssl.utils.folder import in_use
from tests.killed import ROOT
from tests.killed import run_killed
from tests.study.programs import compare

pytestmark = pytest.mark.eager
SLOW = pytest.mark.slow


@pytest.fixture(scope="module")
def straight():
    return compare()


def lines(folder):
    return len((folder / "runs.jsonl").read_text().splitlines())


@pytest.mark.parametrize(
    ("program", "moment"),
    [
        ("compare", 4),
        pytest.param("compare", 2, marks=SLOW),
        pytest.param("compare_with_workers", 3, marks=SLOW),
        pytest.param("compare_with_workers", 5, marks=SLOW),
    ],
)
def test_a_study_that_was_killed_ends_with_the_same_numbers(
    program, moment, straight, tmp_path
):
    assert run_killed(f"tests.study.programs:{program}", moment, tmp_path)
    assert compare(tmp_path) == straight
    assert lines(tmp_path) == 4


def test_a_second_program_is_refused(tmp_path):
    with (
        in_use(tmp_path),
        pytest.raises(ValueError, match="in use by process.*Wait"),
    ):
        compare(tmp_path)


@pytest.mark.parametrize(
    "share",
    [0, 0.6, pytest.param(0.3, marks=SLOW), pytest.param(0.9, marks=SLOW)],
)
def test_damaged_files_are_named_and_only_what_they_held_runs_again(
    share, straight, tmp_path, capsys
):
    assert {"a": straight["a"]} == compare(tmp_path, rows=["a"])
    assert compare(tmp_path) == straight
    for name in ("runs.jsonl", "study.json"):
        whole = (tmp_path / name).read_bytes()
        (tmp_path / name).write_bytes(whole[: int(share * len(whole))])
        assert compare(tmp_path) == straight
        assert lines(tmp_path) == 4
    assert "study.json', which is damaged" in capsys.readouterr().out
    file = tmp_path / "runs.jsonl"
    first, *rest = file.read_text().splitlines(keepends=True)
    file.write_text("".join([first[:9] + "\n", *rest]))
    assert compare(tmp_path) == straight
    assert "line 1 of" in capsys.readouterr().out
    (tmp_path / "study.json").unlink()
    (tmp_path / "study.json.last").unlink(missing_ok=True)
    with pytest.raises(ValueError, match="without its study.json.*delete"):
        compare(tmp_path)


def test_a_finished_study_is_read_where_nothing_may_be_written(
    straight, tmp_path, monkeypatch
):
    compare(tmp_path)

    def refuse(*arguments, **keywords):
        raise PermissionError(13, "Permission denied")

    with monkeypatch.context() as patches:
        for name in ("mkdir", "replace", "unlink"):
            patches.setattr(pathlib.Path, name, refuse)
        again = compare(tmp_path)
    assert again == straight


@pytest.mark.parametrize(
    ("wrong", "message"),
    [
        ({"seeds": [1, 1]}, r"seeds=\[1, 1\]. Expected each seed once.*Pass"),
        ({"seeds": "12"}, "seeds='12'. Expected a whole number"),
        ({"workers": 0}, "workers=0. Expected a whole number, 1 or more"),
    ],
)
def test_numbers_that_make_no_study_are_refused(wrong, message):
    with pytest.raises(ValueError, match=message):
        compare(**wrong)


@pytest.mark.parametrize("text", [None, "", "[]", '{"runs": []', '{"a": 1}'])
def test_what_is_no_comparison_is_refused(text, tmp_path):
    file = tmp_path / "comparison.json"
    if text is not None:
        file.write_text(text)
    with pytest.raises(ValueError, match="Received.*Expected the file of a.*P"):
        Comparison.load(file)


def is_alive(process):
    stat = pathlib.Path(f"/proc/{process}/stat")
    return stat.exists() and stat.read_text().split()[2] != "Z"


def wait_for(what):
    for _ in range(600):
        if what():
            return
        time.sleep(0.1)
    raise TimeoutError


@pytest.mark.skipif(not os.path.isdir("/proc/self"), reason="needs /proc")
def test_workers_end_with_a_study_that_was_killed(tmp_path):
    command = [sys.executable, "-m", "tests.study.programs", str(tmp_path)]
    with subprocess.Popen(command, cwd=ROOT) as program:
        wait_for(lambda: len(list(tmp_path.glob("*.pid"))) == 2)
        program.kill()
    workers = [int(file.stem) for file in tmp_path.glob("*.pid")]
    wait_for(lambda: not any(map(is_alive, workers)))

import os
import pathlib
import shutil
import zipfile

import keras
import numpy as np
import pytest

import keras_ssl
from keras_ssl.autotrain.state import State
from keras_ssl.autotrain.state import open_state
from keras_ssl.report.record import Finding
from keras_ssl.report.training_report import TrainingReport
from tests.autotrain.programs import train
from tests.autotrain.runs import QUIET
from tests.autotrain.runs import Interruption
from tests.killed import run_killed

pytestmark = [
    pytest.mark.eager,
    QUIET,
    pytest.mark.usefixtures("undrawn"),
]
SLOW = pytest.mark.slow
PROGRAM = "tests.autotrain.programs:train"
# Flushes: of the first backup, the second and the last; within the first
# report; of the state with the baseline; of the model beside it.
MOMENTS = [7, 12, 16, 18, 30, 37, 38, 39, 56]


def kept(report, model):
    """What must not depend on an interruption."""
    history = {
        phase: {k: v for k, v in columns.items() if k != "seconds"}
        for phase, columns in report.history.items()
    }
    return report.accuracy, history, model.get_weights()


def assert_same(run, straight):
    assert run[0] == straight[0]
    for ours, theirs in zip(run[1:], straight[1:], strict=True):
        keras.tree.map_structure(np.testing.assert_array_equal, ours, theirs)


@pytest.fixture(scope="module")
def straight():
    """A run that nobody interrupts, without a folder."""
    return kept(*train())


@pytest.fixture(scope="module")
def finished(tmp_path_factory):
    """The folder of a run that has ended."""
    folder = tmp_path_factory.mktemp("finished")
    train(folder)
    return folder


def test_a_state_is_read_as_it_was_written(tmp_path):
    report = TrainingReport(3, accuracy={"phase 1": 0.5})
    report.findings = [Finding("a", rows=[{"b": 1.0}], figure="<svg/>")]
    arrays = [np.arange(3.0), np.ones((2, 2), "float32")]
    state = State(report, {"seed": 3}, True, {"mirror": True}, arrays, arrays)
    state.save(tmp_path)
    again = open_state(tmp_path, 0)
    assert again.report == report
    assert again.report.findings[0].figure == "<svg/>"
    assert again.arguments == {"seed": 3}
    assert again.proven
    assert again.policy == {"mirror": True}
    for ours in (again.initial, again.weights):
        keras.tree.map_structure(np.testing.assert_array_equal, ours, arrays)


@pytest.mark.parametrize(
    "moment", [pytest.param(m, marks=() if m == 16 else SLOW) for m in MOMENTS]
)
def test_a_run_that_was_killed_ends_with_the_same_numbers(
    moment, straight, tmp_path
):
    assert run_killed(PROGRAM, moment, tmp_path)
    assert_same(kept(*train(tmp_path)), straight)
    loaded = TrainingReport.load(tmp_path)
    assert loaded.accuracy == straight[0]


@pytest.mark.parametrize("share", [0, 0.5])
def test_what_is_shown_may_be_damaged_and_is_written_again(
    share, finished, straight, tmp_path
):
    folder = tmp_path / "copy"
    shutil.copytree(finished, folder)
    for name in ("report.json", "model.keras"):
        whole = (folder / name).read_bytes()
        (folder / name).write_bytes(whole[: int(share * len(whole))])
        assert_same(kept(*train(folder)), straight)
        assert TrainingReport.load(folder).accuracy == straight[0]
        assert zipfile.ZipFile(folder / "model.keras").testzip() is None


def test_a_damaged_state_gives_way_to_the_one_before(
    finished, straight, tmp_path, capsys
):
    folder = tmp_path / "copy"
    shutil.copytree(finished, folder)
    for share in (0.5, 0):
        whole = (folder / "state.npz").read_bytes()
        (folder / "state.npz").write_bytes(whole[: int(share * len(whole))])
        assert_same(kept(*train(folder)), straight)
        assert "state.npz', which is damaged" in capsys.readouterr().out
    for name in ("state.npz", "state.npz.last"):
        (folder / name).write_bytes(b"")
    with pytest.raises(ValueError, match=r"npz\.last', which is damaged.*Del"):
        train(folder)
    for file in folder.glob("state.npz*"):
        file.unlink()
    with pytest.raises(ValueError, match="without its state.npz.*Pass"):
        train(folder)


def test_a_damaged_backup_gives_way_to_the_one_before(
    straight, tmp_path, capsys
):
    with pytest.raises(KeyboardInterrupt):
        train(tmp_path, callbacks=[Interruption()], verbose=1)
    said = capsys.readouterr().out
    assert "interrupted; the model has the weights of its last step" in said
    assert f"resume={str(tmp_path)!r} to go on" in said
    weights = tmp_path / "backup" / "newest" / "model.weights.h5"
    weights.write_bytes(weights.read_bytes()[:-9])
    assert_same(kept(*train(tmp_path)), straight)
    assert "newest', which is damaged" in capsys.readouterr().out


def test_a_finished_run_is_loaded_where_nothing_may_be_written(
    finished, straight, tmp_path, monkeypatch
):
    folder = tmp_path / "copy"
    shutil.copytree(finished, folder)
    before = {f: f.stat().st_mtime_ns for f in folder.rglob("*")}

    def refuse(*arguments, **keywords):
        raise PermissionError(13, "Permission denied")

    with monkeypatch.context() as patches:
        for name in ("mkdir", "replace", "unlink"):
            patches.setattr(pathlib.Path, name, refuse)
        found = kept(*train(folder))
    assert_same(found, straight)
    assert {f: f.stat().st_mtime_ns for f in folder.rglob("*")} == before


def test_no_code_of_a_folder_is_run(finished, tmp_path):
    folder = tmp_path / "copy"
    shutil.copytree(finished, folder)
    proof = tmp_path / "proof"
    path = str(proof)
    layer = keras.layers.Lambda(
        lambda x: open(path, "w").close() or x, output_shape=(2,)
    )
    keras.Sequential([keras.Input((2,)), layer]).save(folder / "model.keras")
    proof.unlink(missing_ok=True)
    train(folder)
    assert not proof.exists()


def test_a_folder_that_is_a_file_or_of_something_else_is_refused(tmp_path):
    (tmp_path / "file").write_text("")
    with pytest.raises(ValueError, match="file', a file. Expected a folder"):
        train(tmp_path / "file")
    TrainingReport(0).save(tmp_path / "report")
    with pytest.raises(ValueError, match="of a run, without its state.npz"):
        train(tmp_path / "report")


@pytest.mark.parametrize("name", ["report.json", "arguments.json"])
def test_a_folder_of_an_earlier_version_is_refused(tmp_path, name):
    (tmp_path / name).write_text("{}")
    with pytest.raises(ValueError, match=r"earlier versions.*another folder"):
        open_state(tmp_path, 0)


def test_a_full_disk_is_told(tmp_path, monkeypatch):
    def full(*arguments):
        raise OSError(28, "No space left on device")

    monkeypatch.setattr(os, "fsync", full)
    with pytest.raises(OSError, match="No space left.*state.npz.*Make room"):
        train(tmp_path)
    assert not list(tmp_path.glob("*state*"))


def test_images_are_summed_up_for_a_folder_only(monkeypatch):
    def refuse(*arrays):
        raise AssertionError

    monkeypatch.setattr(keras_ssl.autotrain.parts, "checksum", refuse)
    with pytest.raises(KeyboardInterrupt):
        train(callbacks=[Interruption()])

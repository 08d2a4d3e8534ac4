import errno
import os
import subprocess
import sys

import pytest

from keras_ssl.utils import folder


def test_what_is_cut_off_leaves_the_file_as_it_was(tmp_path):
    file = tmp_path / "new" / "values.json"
    assert folder.read_json(file) is None
    folder.write_json(file, {"steps": 3})
    with pytest.raises(TypeError), folder.replacing(file) as new:
        new.write_text(["{"])
    assert [each.name for each in file.parent.iterdir()] == ["values.json"]
    assert folder.read_json(file) == {"steps": 3}


def test_the_same_conditions_are_the_same_once_written(tmp_path):
    conditions = {"sizes": (1, 2), "rate": 0.1, "method": None}
    folder.write_json(tmp_path / "a", {"sizes": [1, 2], "rate": 0.1})
    before = folder.read_json(tmp_path / "a")
    folder.check_conditions(tmp_path, before, conditions)


def cut(file, share):
    content = file.read_bytes()
    file.write_bytes(content[: int(share * len(content))])


@pytest.mark.parametrize("share", [0, 0.5, 0.9])
def test_a_damaged_file_is_named_and_the_one_before_is_taken(
    share, tmp_path, capsys
):
    file = tmp_path / "values.json"
    for step in (1, 2, 3):
        folder.write_json(file, {"steps": [step]})
    cut(file, share)
    assert folder.read_json(file) == {"steps": [2]}
    assert "values.json', which is damaged" in capsys.readouterr().out
    assert (tmp_path / "values.json.damaged").exists()
    # The whole one stays beside the next.
    assert folder.read_json(file) == {"steps": [2]}
    folder.write_json(file, {"steps": [4]})
    cut(file, share)
    assert folder.read_json(file) == {"steps": [2]}
    cut(tmp_path / "values.json.last", share)
    with pytest.raises(ValueError, match="damaged.*Expected it whole.*Delete"):
        folder.read_json(file)


def test_folders_take_each_others_place_too(tmp_path):
    place = tmp_path / "backup"
    for step in "123":
        with folder.replacing(place, keep=True) as new:
            new.mkdir()
            (new / "a").write_text(step)
    assert (place / "a").read_text() == "3"
    (place / "a").unlink()
    found = folder.read_whole(place, lambda each: (each / "a").read_text())
    assert found == "2"


def test_a_disk_that_takes_nothing_is_told_and_loses_nothing(
    tmp_path, monkeypatch
):
    file = tmp_path / "runs.jsonl"
    folder.append_text(file, "one\n")
    full = OSError(errno.ENOSPC, "No space left on device")

    def fail(*arguments):
        raise full

    monkeypatch.setattr(os, "fsync", fail)
    message = "No space left.*runs.jsonl.*Expected a place.*Make room"
    with pytest.raises(OSError, match=message):
        folder.append_text(file, "two\n")
    with pytest.raises(OSError, match=message):
        folder.write_text(file, "three\n")
    assert file.read_text() == "one\n"
    assert [each.name for each in tmp_path.iterdir()] == ["runs.jsonl"]


HOLD = """
import sys
from keras_ssl.utils.folder import in_use
with in_use(sys.argv[1]):
    print("held", flush=True)
    sys.stdin.read()
"""


def test_a_folder_belongs_to_one_program_at_a_time(tmp_path):
    with subprocess.Popen(
        [sys.executable, "-c", HOLD, str(tmp_path)],
        stdin=subprocess.PIPE,
        stdout=subprocess.PIPE,
    ) as other:
        assert other.stdout.readline() == b"held\n"
        message = f"in use by process {other.pid}. Expected .* Wait"
        with (
            pytest.raises(ValueError, match=message),
            folder.in_use(tmp_path),
        ):
            pass
        other.kill()
    with folder.in_use(tmp_path):
        pass
    with folder.in_use(tmp_path), folder.in_use(None):
        pass


def test_a_file_is_no_folder(tmp_path):
    (tmp_path / "file").write_text("")
    with (
        pytest.raises(ValueError, match="a file. Expected a folder.*Pass"),
        folder.in_use(tmp_path / "file"),
    ):
        pass

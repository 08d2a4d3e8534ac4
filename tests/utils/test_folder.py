import pytest

from keras_ssl.utils import folder


def test_what_is_cut_off_leaves_the_file_as_it_was(tmp_path):
    file = tmp_path / "new" / "values.json"
    assert folder.read_json(file) is None
    folder.write_json(file, {"steps": 3})
    with pytest.raises(TypeError), folder.replacing(file) as stream:
        stream.writelines([b"{", 1])
    assert folder.read_json(file) == {"steps": 3}


def test_the_same_conditions_are_the_same_once_written(tmp_path):
    conditions = {"sizes": (1, 2), "rate": 0.1, "method": None}
    folder.write_json(tmp_path / "a", {"sizes": [1, 2], "rate": 0.1})
    before = folder.read_json(tmp_path / "a")
    folder.check_conditions(tmp_path, before, conditions)

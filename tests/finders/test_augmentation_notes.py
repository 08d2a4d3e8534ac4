import numpy as np
import pytest

from keras_ssl.finders.augmentation_notes import Notes


def test_what_was_kept_is_recalled_by_another_process(tmp_path):
    values = np.array([True, False, True])
    Notes(tmp_path / "new", {"steps": 3}).keep("mirror", values)
    again = Notes(tmp_path / "new", {"steps": 3})
    np.testing.assert_array_equal(again.recall("mirror"), [1.0, 0.0, 1.0])
    assert again.recall("rotate") is None


def test_without_a_folder_they_are_in_memory():
    notes = Notes(None, {})
    notes.keep("mirror", np.ones(2))
    assert notes.recall("mirror").tolist() == [1.0, 1.0]
    assert Notes(None, {}).recall("mirror") is None


def test_a_search_under_other_conditions_is_not_continued(tmp_path):
    Notes(tmp_path, {"steps": 3, "seed": 0}).keep("mirror", np.ones(2))
    with pytest.raises(
        ValueError, match="of a search with steps=3. .* which is steps=4"
    ):
        Notes(tmp_path, {"steps": 4, "seed": 0})

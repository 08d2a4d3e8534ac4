import pytest

from keras_ssl import study


def test_each_number_of_labels_has_a_folder(network, digits8, tmp_path):
    def row(net, task):
        assert len(task.labeled[0]) in (8, 16)
        return net

    curve = study.label_curve(
        {"row": row},
        network,
        digits8,
        digits8,
        labels=[16, 8],
        seeds=1,
        folder=tmp_path,
        verbose=0,
    )
    assert list(curve.comparisons) == [8, 16]
    assert (tmp_path / "8" / "runs.jsonl").exists()
    curve.save(tmp_path)
    assert (tmp_path / "label_curve.md").read_text() == f"{curve}\n"
    assert "<svg" in (tmp_path / "label_curve.svg").read_text()
    assert (tmp_path / "8" / "table.md").exists()


def test_nothing_is_trained_for_a_number_there_are_not_images_for(
    network, digits8
):
    def row(net, task):
        raise AssertionError

    with pytest.raises(ValueError, match="num_labeled"):
        study.label_curve(
            {"row": row}, network, digits8, digits8, labels=[16, 10**6]
        )

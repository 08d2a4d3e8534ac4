import csv
import io
import math

import pytest

from keras_ssl import study

ACCURACY = {
    "weak control": [0.70, 0.72, 0.70],
    "control": [0.80, 0.82, 0.81],
    "FixMatch": [0.83, 0.86, 0.82],
    "AdaMatch": [0.84],
}
SETUP = {"labels": 250, "train images": 60000, "test images": 10000}


def run(row, seed, accuracy):
    curve = {
        "seconds": [1.0, 2.0 + seed],
        "val_accuracy": [0.5, accuracy],
    }
    return {
        "row": row,
        "seed": seed,
        "accuracy": accuracy,
        "seconds": 10.0 + seed,
        "images": 1000,
        "curve": curve,
    }


@pytest.fixture
def found():
    runs = [
        run(row, seed, accuracy)
        for row, all_ in ACCURACY.items()
        for seed, accuracy in enumerate(all_)
    ]
    return study.Comparison(runs, ["weak control", "control"], SETUP)


def test_gains_are_over_the_better_control_in_pairs(found):
    assert found.control == "control"
    gain = found.differences["FixMatch"]
    assert gain.mean == pytest.approx((0.03 + 0.04 + 0.01) / 3)
    assert gain.pairs == 3
    assert found.differences["AdaMatch"].mean == pytest.approx(0.04)
    assert "control" not in found.differences


def test_the_table(found):
    lines = found.to_markdown().splitlines()
    assert len(lines) == 2 + 4
    assert "gain over control" in lines[0]
    assert "84.33" not in lines[2]
    row = lines[4]
    assert row.startswith("| FixMatch")
    for text in ("83.67 ± 2.08", "+2.67 ± 1.53", "11", "91"):
        assert text in row
    assert "-10.33 ± 0.58" in lines[2]
    assert "nan" not in found.to_markdown()
    text = str(found)
    for words in (
        "250 of 60,000",
        "3 seeds",
        "10,000 images",
        "better control",
    ):
        assert words in text


def test_all_p_values_are_corrected_together(found):
    rows = {row["row"]: row for row in found.rows}
    # Two rows have a p-value; the smaller counts twice.
    weak, fixmatch = rows["weak control"], rows["FixMatch"]
    assert weak["p, Holm"] == pytest.approx(2 * weak["p"])
    assert fixmatch["p, Holm"] == pytest.approx(fixmatch["p"])
    assert math.isnan(rows["AdaMatch"]["p"])


def test_it_is_written_and_read(found, tmp_path):
    found.save(tmp_path)
    loaded = study.Comparison.load(tmp_path / "comparison.json")
    assert loaded == found
    assert (tmp_path / "table.md").read_text() == f"{found}\n"
    table = list(csv.DictReader(io.StringIO(found.to_csv())))
    assert float(table[2]["accuracy (%)"]) == pytest.approx(83.6667, abs=1e-3)
    assert "NaN" not in (tmp_path / "comparison.json").read_text()
    for name in ("runs.svg", "gains.svg", "curves.svg"):
        assert (tmp_path / name).stat().st_size > 1000


def test_figures(found):
    ax = found.plot()
    assert [t.get_text() for t in ax.get_yticklabels()] == list(ACCURACY)
    dots = ax.collections[0].get_offsets()
    assert dots[:, 0].tolist() == pytest.approx([70, 72, 70])
    ax = found.plot_curves()
    assert ax.lines[2].get_ydata()[-1] == pytest.approx(0.8367, abs=1e-3)
    ax = found.plot_curves(against="seconds")
    # The shortest of the three runs ends after 2 seconds.
    assert ax.lines[1].get_xdata()[-1] == 2.0
    with pytest.raises(ValueError, match="no run that has 'val_loss'"):
        found.plot_curves("val_loss")


def test_gains_are_drawn_between_equal_seeds(found):
    ax = found.plot_gains()
    rows = [row for row in ACCURACY if row != found.control]
    assert [t.get_text() for t in ax.get_yticklabels()] == rows
    assert ax.get_xlabel() == f"Gain over {found.control} (points)"
    for row, dots in zip(rows, ax.collections[::2], strict=True):
        pairs = zip(ACCURACY[row], ACCURACY[found.control], strict=False)
        gains = [100 * (ours - theirs) for ours, theirs in pairs]
        assert dots.get_offsets()[:, 0].tolist() == pytest.approx(gains)

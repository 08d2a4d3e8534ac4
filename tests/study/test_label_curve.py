import math

import numpy as np
import pytest

from keras_ssl import study
from keras_ssl.study import Comparison
from keras_ssl.study import LabelCurve


def found(**rows):
    runs = [
        {"row": row, "seed": seed, "accuracy": accuracy, "seconds": 1.0}
        for row, all_ in rows.items()
        for seed, accuracy in enumerate(all_)
    ]
    return Comparison(runs, ["control"], {})


@pytest.fixture
def curve():
    return LabelCurve(
        {
            40: found(control=[0.5, 0.7], SSL=[0.7, 0.7]),
            100: found(control=[0.8, 0.8], SSL=[0.8, 0.84]),
            1000: found(control=[0.9, 0.9], SSL=[0.9, 0.92]),
        },
        "control",
    )


def test_what_labels_are_worth(curve):
    # 70 % lies half way between 60 % with 40 labels and 80 % with 100.
    assert curve.worth("SSL", 40) == pytest.approx(np.sqrt(40 * 100))
    assert curve.worth("SSL", 1000) == math.inf
    assert curve.worth("control", 100) == pytest.approx(100)
    lines = curve.words.splitlines()
    assert lines[0] == "40 labels with SSL are worth 63 with control."
    assert lines[2].endswith("are worth more than 1,000 with control.")


def test_labels_that_improve_nothing_are_not_counted():
    curve = LabelCurve(
        {
            40: found(control=[0.8], SSL=[0.9]),
            250: found(control=[0.9], SSL=[0.9]),
            1000: found(control=[0.85], SSL=[0.9]),
        },
        "control",
    )
    assert curve.worth("SSL", 40) == pytest.approx(250)


def test_worse_than_the_fewest_labels():
    curve = LabelCurve({40: found(control=[0.6], SSL=[0.5])}, "control")
    assert curve.worth("SSL", 40) == 0
    assert "fewer than 40" in curve.words


def test_table_and_figure(curve):
    assert "| 60.00 ± 14.14 |" in curve.to_markdown()
    ax = curve.plot()
    assert ax.get_xscale() == "log"
    assert ax.lines[1].get_ydata() == pytest.approx([70, 82, 91])


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

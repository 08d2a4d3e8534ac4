import numpy as np
import pytest

from keras_ssl.report.phases import plot_phases
from keras_ssl.report.phases import plot_pseudo_labels
from tests.report.reports import PHASES


def curves(ax):
    return [
        (line.get_linestyle(), line.get_xydata().tolist()) for line in ax.lines
    ]


def test_draws_phases_one_after_another_with_the_border():
    ax = plot_phases(PHASES)
    assert curves(ax) == [
        ("--", [[1, 3], [2, 2]]),
        ("--", [[3, 1]]),
        ("-", [[1, 3.5], [2, 2.5]]),
        ("-", [[3, 1.5]]),
        (":", [[2.5, 0], [2.5, 1]]),
    ]
    assert [text.get_text() for text in ax.texts] == ["phase 1", "phase 2"]
    entries = [text.get_text() for text in ax.get_legend().get_texts()]
    assert entries == ["Training", "Validation"]
    assert (ax.get_xlabel(), ax.get_ylabel()) == ("Epoch", "Loss")


def test_draws_accuracy_in_percent_at_its_frequency(ax):
    plot_phases(PHASES, metric="accuracy", ax=ax)
    assert curves(ax)[0] == ("--", [[2, 50]])
    assert ax.get_ylabel() == "Accuracy (%)"


def test_draws_the_pseudo_labels_of_their_phase_in_percent():
    ax = plot_pseudo_labels(PHASES)
    np.testing.assert_allclose(ax.lines[0].get_xydata(), [[3, 60]])
    entries = [text.get_text() for text in ax.get_legend().get_texts()]
    assert entries == ["Pseudo-labels used"]
    assert ax.get_xlim() == (0.5, 3.5)


def test_marks_epochs_where_there_are_few():
    ax = plot_phases({"a": {"loss": [1.0] * 20}, "b": {"loss": [1.0] * 3}})
    assert [line.get_marker() for line in ax.lines[:2]] == ["", "."]


def test_one_phase_has_no_border():
    ax = plot_phases({"phase 1": {"loss": [1.0, float("nan")]}})
    assert len(ax.lines) == 1


@pytest.mark.parametrize("draw", [plot_phases, plot_pseudo_labels])
def test_rejects_what_was_not_recorded(draw):
    with pytest.raises(ValueError, match=r"\['accuracy'\].*Expected one.*Draw"):
        draw({"phase 1": {"accuracy": [1.0]}})

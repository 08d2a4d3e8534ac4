import keras
import numpy as np
import pytest

from keras_ssl.plots.curves import plot_phases
from keras_ssl.plots.curves import plot_pseudo_labels
from keras_ssl.report import plot_history
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


FIXMATCH = {"accuracy": [0.5, 0.7], "val_accuracy": [0.4, 0.6], "loss": [2, 1]}
SUPERVISED = {"accuracy": [0.3, 0.9]}


def test_draws_training_dashed_and_validation_solid_in_percent():
    ax = plot_history({"FixMatch": FIXMATCH, "Supervised": SUPERVISED})
    lines = {line.get_label(): line for line in ax.lines}
    assert list(lines) == [
        "FixMatch (training)",
        "FixMatch (validation)",
        "Supervised (training)",
    ]
    training, validation, other = lines.values()
    np.testing.assert_allclose(training.get_xydata(), [[1, 50], [2, 70]])
    np.testing.assert_allclose(validation.get_xydata(), [[1, 40], [2, 60]])
    np.testing.assert_allclose(other.get_xydata(), [[1, 30], [2, 90]])
    assert training.get_linestyle() == other.get_linestyle() == "--"
    assert validation.get_linestyle() == "-"
    assert training.get_color() == validation.get_color() != other.get_color()
    assert (ax.get_xlabel(), ax.get_ylabel()) == ("Epoch", "Accuracy (%)")
    entries = [text.get_text() for text in ax.get_legend().get_texts()]
    assert entries[:2] == ["FixMatch", "Supervised"]
    assert entries[2] == "dashed: training, solid: validation"


def test_draws_other_metrics_as_they_are():
    ax = plot_history({"FixMatch": FIXMATCH}, metric="loss")
    np.testing.assert_allclose(ax.lines[0].get_ydata(), [2, 1])
    assert ax.get_ylabel() == "Loss"


def test_spaces_validation_by_its_frequency():
    ax = plot_history(
        {"a": {"loss": [4, 3, 2, 1], "val_loss": [5, 6]}}, metric="loss"
    )
    np.testing.assert_allclose(ax.lines[1].get_xydata(), [[2, 5], [4, 6]])


def test_reads_what_fit_returns(digits8, network):
    model = network()
    loss = keras.losses.SparseCategoricalCrossentropy(from_logits=True)
    model.compile("adam", loss, metrics=["accuracy"])
    history = model.fit(*digits8, validation_data=digits8, epochs=2, verbose=0)
    ax = plot_history({"baseline": history})
    expected = 100 * np.array(history.history["val_accuracy"])
    np.testing.assert_allclose(ax.lines[1].get_ydata(), expected)


@pytest.mark.parametrize(
    ("histories", "error", "message"),
    [
        (
            {"a": SUPERVISED},
            ValueError,
            r"metric='loss'.*\['accuracy'\].*Choose",
        ),
        ({}, ValueError, "no histories.*at least one.*Write"),
        (SUPERVISED, TypeError, "list for 'accuracy'.*Expected a Keras.*Pass"),
        ([SUPERVISED], TypeError, "list.*Expected a dictionary.*Write"),
    ],
)
def test_rejects(histories, error, message):
    with pytest.raises(error, match=f"Received: .*{message}"):
        plot_history(histories, metric="loss")

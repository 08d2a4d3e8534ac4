import keras
import numpy as np
import pytest

from keras_ssl.report import plot_history

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
    assert len(ax.get_legend().get_texts()) == 3


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

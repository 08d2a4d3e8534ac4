import csv
import math

import keras
import pytest

from keras_ssl import SemiSupervisedModel
from keras_ssl.callbacks import PhaseSwitch
from keras_ssl.model.logs import ShortProgress
from keras_ssl.model.logs import SteadyLogs

pytestmark = pytest.mark.core

LOSS = keras.losses.SparseCategoricalCrossentropy(from_logits=True)


@pytest.fixture
def model(network):
    model = SemiSupervisedModel(network(), "fixmatch", strong="cutout")
    model.compile("adam", LOSS, metrics=["accuracy"])
    return model


@pytest.mark.parametrize("labels", [True, False])
def test_both_phases_have_the_same_columns(model, digits8, tmp_path, labels):
    x, y = digits8
    history = model.fit(
        x[:32],
        y[:32],
        unlabeled_data=(x, y) if labels else x,
        epochs=2,
        callbacks=[
            PhaseSwitch("loss", epoch=1),
            keras.callbacks.CSVLogger(tmp_path / "log.csv"),
        ],
        verbose=0,
    ).history
    lengths = {name: len(values) for name, values in history.items()}
    assert set(lengths.values()) == {2}
    assert math.isnan(history["mask_ratio"][0])
    assert not math.isnan(history["mask_ratio"][1])
    assert ("pseudo_label_accuracy" in history) is labels
    with (tmp_path / "log.csv").open() as file:
        first, second = csv.DictReader(file)
    assert first.keys() >= {*history, "epoch"}
    assert first["mask_ratio"] == "nan"
    assert float(second["mask_ratio"]) >= 0


def test_what_a_method_never_measures_is_no_column(network, digits8):
    x, y = digits8
    model = SemiSupervisedModel(network(), "mixmatch", weak=None)
    model.compile("adam", LOSS)
    history = model.fit(x[:32], y[:32], unlabeled_data=x, verbose=0).history
    assert not any(math.isnan(v) for values in history.values() for v in values)


@pytest.mark.parametrize("unlabeled", [False, True])
def test_supervised_training_has_no_column_of_ours(model, digits8, unlabeled):
    x, y = digits8
    model.phase = "supervised"
    data = x if unlabeled else None
    history = model.fit(x, y, unlabeled_data=data, verbose=0).history
    assert set(history) == {"loss", "accuracy"}


@pytest.mark.parametrize(
    ("verbose", "words", "others"),
    [
        (1, ["mask_ratio", "val_loss"], ["confidence", "labeled_loss: "]),
        ("all", ["mask_ratio", "confidence", "pseudo_label_entropy"], []),
    ],
)
def test_the_progress_bar(model, digits8, capsys, verbose, words, others):
    x, y = digits8
    model.fit(
        x[:32],
        y[:32],
        unlabeled_data=x,
        validation_data=(x[:8], y[:8]),
        verbose=verbose,
    )
    said = capsys.readouterr().out.replace("unlabeled_loss", "")
    assert all(word in said for word in words)
    assert not any(word in said for word in others)


def test_numbers_that_were_asked_for_come_before_ours():
    asked = {f"metric_{i}": 0.0 for i in range(5)}
    progress = ShortProgress(["unlabeled_loss", "mask_ratio"])
    logs = {**asked, "mask_ratio": 1.0, "unlabeled_loss": 2.0}
    assert progress.shown(logs) == {**asked, "unlabeled_loss": 2.0}
    more = {**asked, "metric_5": 0.0, "metric_6": 0.0}
    assert progress.shown({**more, "mask_ratio": 1.0}) == more


def test_a_first_epoch_with_all_says_what_is_measured():
    steady = SteadyLogs(["unlabeled_loss", "mask_ratio", "never"])
    full, half = {"loss": 1.0, "unlabeled_loss": 1.0, "mask_ratio": 1.0}, {}
    steady.on_epoch_end(0, full)
    steady.on_epoch_end(1, half)
    assert "never" not in full
    assert set(half) == {"unlabeled_loss", "mask_ratio"}

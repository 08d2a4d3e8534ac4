import keras
import numpy as np
import pytest
from keras import ops

import keras_ssl
from keras_ssl import callbacks
from keras_ssl.autotrain.training import Schedule
from keras_ssl.model import strong_labeled
from tests.autotrain.runs import FIXED
from tests.autotrain.runs import LOGITS
from tests.autotrain.runs import QUIET
from tests.autotrain.runs import SHORT
from tests.autotrain.runs import compiled
from tests.autotrain.runs import settings

pytestmark = [pytest.mark.eager, QUIET]


@pytest.mark.parametrize(
    "schedule", ["cosine", pytest.param("plateau", marks=pytest.mark.slow)]
)
def test_it_does_what_the_parts_do(schedule, model, network, parts):
    options = {**parts, **FIXED, "schedule": schedule, "baseline": False}
    keras_ssl.train(model, validation=parts["test"], **options)
    keras.utils.set_random_seed(0)
    twin = network()
    keras.utils.set_random_seed(0)
    by_hand = keras_ssl.SemiSupervisedModel(twin, "adamatch", strong="cutout")
    by_hand.compile(
        keras.optimizers.SGD(0.05, momentum=0.9),
        LOGITS,
        metrics=["accuracy"],
        run_eagerly=True,
    )
    changing = {
        "cosine": [
            callbacks.PhaseSwitch(
                epoch=1, patience=None, restore_best_weights=False, verbose=0
            ),
            callbacks.PhaseCosineDecay(1, 2),
        ],
        "plateau": [
            callbacks.PhaseSwitch(epoch=1, verbose=0),
            callbacks.ReduceLROnPlateau(patience=2),
        ],
    }
    by_hand.fit(
        *parts["labeled"],
        unlabeled_data=parts["unlabeled"],
        unlabeled_ratio=2,
        batch_size=4,
        steps_per_epoch=2,
        epochs=3,
        validation_data=parts["test"],
        verbose=0,
        callbacks=[
            *changing[schedule],
            callbacks.BatchNormWarmup(2, verbose=0),
        ],
    )
    # What evaluation uses, the averaged weights, is what the model ends with.
    pairs = zip(model.variables, by_hand.evaluation_weights(), strict=True)
    for ours, (_, expected) in pairs:
        np.testing.assert_allclose(
            ops.convert_to_numpy(ours),
            ops.convert_to_numpy(expected),
            rtol=1e-4,
            atol=1e-6,
        )


@pytest.mark.parametrize(
    ("method", "expected"), [("fixmatch", 0.5), ("pi_model", 0.0)]
)
def test_the_baseline_is_augmented_as_the_unlabeled_images_are(
    method, expected, model, parts, monkeypatch
):
    strong = []
    fit = keras_ssl.SemiSupervisedModel.fit

    def observed(self, *args, **kwargs):
        strong.append(self.strong_labeled_share)
        return fit(self, *args, **kwargs)

    monkeypatch.setattr(keras_ssl.SemiSupervisedModel, "fit", observed)
    report = keras_ssl.train(
        model, **parts, **{**FIXED, "method": method}, inspect=False
    )
    assert strong == [0.0, expected]
    assert report.model.strong_labeled_share == 0.0
    assert report.model.strong_labeled_share_used == 0.0


@pytest.mark.usefixtures("undrawn")
def test_the_baseline_of_a_loaded_run_is_augmented_as_the_run_was(
    network, parts, tmp_path, monkeypatch
):
    monkeypatch.setattr(strong_labeled, "OFTEN", 0.7)
    options = {**parts, **FIXED, "method": None, "resume": tmp_path}
    options |= {"inspect": False}
    keras_ssl.train(compiled(network), **options, baseline=False)
    strong = []
    fit = keras_ssl.SemiSupervisedModel.fit

    def observed(self, *args, **kwargs):
        used = self.strong_labeled_share_used
        strong.append((self.strong_labeled_share, used))
        return fit(self, *args, **kwargs)

    monkeypatch.setattr(keras_ssl.SemiSupervisedModel, "fit", observed)
    keras_ssl.train(compiled(network), **options)
    assert strong == [("auto", 1.0)]


def test_a_trained_model_has_both_phases_again(model, parts):
    first = keras_ssl.train(model, **parts, **FIXED, baseline=False)
    options = {**SHORT, "batch_size": 4, "baseline": False}
    again = keras_ssl.train(first.model, **parts, **options)
    assert set(again.history) == {"phase 1", "phase 2"}
    assert settings(again)["strong"] == ("Cutout", "given")


def schedule(**changes):
    values = {
        "batch_size": 8,
        "unlabeled_ratio": 3,
        "steps_per_epoch": 10,
        "epochs": 25,
        "schedule": "cosine",
        "patience": 5,
        "warmup_steps": 0,
    }
    return Schedule(**{**values, **changes})


def test_the_first_phase_has_a_share_of_the_epochs():
    assert schedule().first_phase == 3
    assert schedule(epochs=2).first_phase == 1
    assert schedule(schedule="plateau").first_phase == 9


def test_what_decides_the_end_decides_the_weights():
    assert not schedule().switch(patience=None).restore_best_weights
    assert schedule(schedule="plateau").switch().restore_best_weights
    (decay,) = schedule().callbacks(3, 22)
    assert isinstance(decay, callbacks.PhaseCosineDecay)
    (plateau,) = schedule(schedule="plateau", patience=1).callbacks(9, 16)
    assert plateau.patience == 1


def test_schedules_that_cannot_be():
    with pytest.raises(ValueError, match="Did you mean 'cosine'"):
        schedule(schedule="cosin")
    with pytest.raises(ValueError, match="epochs=1. Expected .*2 or more"):
        schedule(epochs=1)

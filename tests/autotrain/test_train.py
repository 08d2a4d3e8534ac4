import functools
import types

import keras
import numpy as np
import pytest
from keras import ops

import keras_ssl
from keras_ssl import callbacks
from keras_ssl import finders
from keras_ssl.autotrain import outcome
from keras_ssl.finders.augmentation_result import AugmentationResult
from keras_ssl.finders.augmentation_result import Trial
from keras_ssl.model import fit_data

# A few steps on a few images say nothing of the method.
pytestmark = pytest.mark.filterwarnings(
    "ignore:CollapseWarning", "ignore:.*does not apply to tf.data"
)
LOGITS = keras.losses.SparseCategoricalCrossentropy(from_logits=True)
SHORT = {
    "steps_per_epoch": 2,
    "epochs": 3,
    "warmup_steps": 2,
    "unlabeled_ratio": 2,
    "verbose": 0,
}
FIXED = {**SHORT, "method": "adamatch", "batch_size": 4}


@pytest.fixture
def parts(digits8):
    x, y = digits8
    return {
        "labeled": (x[:40], y[:40]),
        "unlabeled": (x[40:100], y[40:100]),
        "test": (x[100:], y[100:]),
    }


def compiled(network):
    """A model that runs eagerly, which is faster for a few steps."""
    keras.utils.set_random_seed(0)
    model = network()
    model.compile(
        keras.optimizers.SGD(0.05, momentum=0.9),
        LOGITS,
        metrics=["accuracy"],
        run_eagerly=True,
    )
    return model


@pytest.fixture
def model(network):
    return compiled(network)


@pytest.fixture
def eagerly():
    """Runs models eagerly that nobody compiles: faster for a few steps."""
    import tensorflow as tf

    tf.config.run_functions_eagerly(True)
    yield
    tf.config.run_functions_eagerly(False)


@pytest.fixture
def quickly(monkeypatch, eagerly):
    """Searches shorter."""
    for name, options in {
        "find_batch_size": {"rounds": 1},
        "find_learning_rate": {"steps": 12, "repeats": 1, "trial_steps": 3},
    }.items():
        search = functools.partial(getattr(finders, name), **options)
        monkeypatch.setattr(finders, name, search)


def settings(report):
    return {name: (value, why) for name, value, why in report.settings}


def accuracy(model, images):
    x, y = images
    return np.mean(np.argmax(model.predict(x, verbose=0), -1) == y)


@pytest.mark.usefixtures("quickly")
def test_what_is_not_given_is_found(network, parts):
    model = network()
    before = model.get_weights()
    report = keras_ssl.train(
        model, **parts, **SHORT, method="adamatch", inspect=False
    )
    assert list(report.accuracy) == ["baseline", "phase 1", "phase 2"]
    found = settings(report)
    for name in ("batch_size", "learning_rate"):
        assert found[name][1].startswith("found: ")
    assert 1 <= found["batch_size"][0] <= 8
    assert found["validation"] == ("8 of the 40 labeled images", "default")
    assert found["optimizer"] == ("Adam", "default")
    assert found["epochs"] == (3, "given")
    assert found["schedule"] == ("cosine", "default")
    titles = [finding.title for finding in report.findings]
    assert titles == [
        "Batch size",
        "Learning rate",
        "Stopping",
        "Worth of the unlabeled images",
    ]
    steps = {"batch size", "learning rate", "phase 1", "phase 2", "baseline"}
    assert set(report.seconds) == steps
    assert not report.analysis
    # It is the given model that has been trained, and that was measured.
    assert any(
        np.any(a != b) for a, b in zip(before, model.get_weights(), strict=True)
    )
    assert report.accuracy["phase 2"] == accuracy(model, parts["test"])


@pytest.mark.core
def test_a_compiled_model_keeps_what_it_was_compiled_with(model, parts):
    report = keras_ssl.train(model, **parts, **FIXED, baseline=False)
    found = settings(report)
    why = "of the compiled model"
    assert found["optimizer"] == ("SGD", why)
    assert found["learning_rate"] == (pytest.approx(0.05), why)
    assert found["loss"] == ("SparseCategoricalCrossentropy", why)
    assert found["batch_size"] == (4, "given")
    assert report.model.run_eagerly
    assert report.model.optimizer.momentum == 0.9
    assert set(report.accuracy) == {"phase 1", "phase 2"}
    assert report.history["phase 2"]["pseudo_label_accuracy"]
    assert report.history["phase 1"]["val_accuracy"]
    assert report.analysis["splits"]["test"]["images"] == 28
    assert report.measured_on == "test images"
    assert report.measured_images == 28
    assert report.classification.accuracy == report.accuracy["phase 2"]
    assert len(report.batch_norm) == 2


@pytest.mark.parametrize(
    "schedule", ["cosine", pytest.param("plateau", marks=pytest.mark.core)]
)
def test_it_does_what_the_parts_do(schedule, model, network, parts):
    options = {**parts, **FIXED, "schedule": schedule, "baseline": False}
    keras_ssl.train(model, validation=parts["test"], **options)
    keras.utils.set_random_seed(0)
    twin = network()
    keras.utils.set_random_seed(0)
    by_hand = keras_ssl.SemiSupervisedModel(twin, "adamatch")
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
            ops.convert_to_numpy(ours), ops.convert_to_numpy(expected)
        )


@pytest.mark.core
def test_a_baseline_that_is_not_ahead_leaves_the_model_as_it_was(
    model, parts, network, monkeypatch
):
    monkeypatch.setattr(outcome, "lead", lambda ours, other: (0.1, 0.1))
    report = keras_ssl.train(model, **parts, **FIXED)
    assert "baseline" in report.accuracy
    assert "It is kept" in report.findings[-1].text
    twin = compiled(network)
    keras_ssl.train(twin, **parts, **FIXED, baseline=False)
    for a, b in zip(model.get_weights(), twin.get_weights(), strict=True):
        np.testing.assert_array_equal(a, b)


@pytest.mark.parametrize(
    ("gain", "threshold", "kept"),
    [(-0.05, 1.0, True), (-0.2, 1.0, False), (-0.05, 0.0, False)],
)
def test_in_doubt_the_baseline_is_kept_where_no_unlabeled_image_counted(
    gain, threshold, kept, model, parts, monkeypatch
):
    monkeypatch.setattr(outcome, "lead", lambda ours, other: (gain, 0.1))
    method = keras_ssl.methods.FixMatch(threshold)
    report = keras_ssl.train(
        model, **parts, **{**FIXED, "method": method}, inspect=False
    )
    assert (outcome.KEPT in report.accuracy) == kept
    assert ("counted for nothing" in report.findings[-1].text) == kept


class Misled(keras_ssl.methods.Method):
    """Takes every unlabeled image for one of class 0."""

    def call(self, strong):
        label = ops.zeros(ops.shape(strong)[0], "int32")
        return self.masked_mean(
            1.0, keras_ssl.functional.cross_entropy(label, strong)
        )


@pytest.mark.core
def test_where_unlabeled_images_hurt_the_baseline_is_kept(model, parts, capsys):
    x, y = parts["test"]
    report = keras_ssl.train(
        model,
        **{**parts, "validation": (x, y)},
        **{**FIXED, "method": Misled(), "steps_per_epoch": 10, "verbose": 1},
        weak=None,
        strong="cutout",
        unlabeled_weight=50.0,
    )
    assert report.accuracy["phase 2"] < report.accuracy["baseline"]
    found = report.findings[-1]
    assert found.title == "Worth of the unlabeled images"
    assert "has the weights of the baseline now" in found.text
    assert found.text in capsys.readouterr().out
    kept = report.accuracy["baseline"]
    assert list(report.accuracy)[-1] == "kept: baseline"
    assert report.accuracy["kept: baseline"] == kept
    assert accuracy(report.model, (x, y)) == pytest.approx(kept)
    assert accuracy(report.model.export_model(), (x, y)) == pytest.approx(kept)
    assert report.classification.accuracy == pytest.approx(kept)


@pytest.mark.parametrize(
    ("method", "expected"), [("fixmatch", 0.5), ("pi_model", 0.0)]
)
def test_the_baseline_is_augmented_as_the_unlabeled_images_are(
    method, expected, model, parts, monkeypatch
):
    strong = []
    fit = keras_ssl.SemiSupervisedModel.fit

    def observed(self, *args, **kwargs):
        strong.append(self.labeled_strong)
        return fit(self, *args, **kwargs)

    monkeypatch.setattr(keras_ssl.SemiSupervisedModel, "fit", observed)
    report = keras_ssl.train(
        model, **parts, **{**FIXED, "method": method}, inspect=False
    )
    assert strong == [0.0, expected]
    assert report.model.labeled_strong == report.model.strength == 0.0


def test_the_baseline_of_a_loaded_run_is_augmented_as_the_run_was(
    network, parts, tmp_path, monkeypatch
):
    monkeypatch.setattr(fit_data, "OFTEN", 0.7)
    options = {**parts, **FIXED, "method": None, "resume": tmp_path}
    keras_ssl.train(compiled(network), **options, baseline=False)
    strong = []
    fit = keras_ssl.SemiSupervisedModel.fit

    def observed(self, *args, **kwargs):
        strong.append((self.labeled_strong, self.strength))
        return fit(self, *args, **kwargs)

    monkeypatch.setattr(keras_ssl.SemiSupervisedModel, "fit", observed)
    keras_ssl.train(compiled(network), **options)
    assert strong == [("auto", 1.0)]


class Seen(Exception):
    """Ends a training with what was seen."""


@pytest.mark.parametrize(("often", "strong"), [(0.7, 1.0), (0.8, 0.0)])
def test_the_rate_is_found_on_images_as_training_will_have_them(
    often, strong, network, parts, monkeypatch
):
    def found(model, batches):
        raise Seen(model.strength)

    monkeypatch.setattr(finders, "find_learning_rate", found)
    monkeypatch.setattr(fit_data, "OFTEN", often)
    # Three epochs of two steps of 4 images, of 40 less 8 for validation.
    options = {**parts, **SHORT, "batch_size": 4, "inspect": False}
    with pytest.raises(Seen) as seen:
        keras_ssl.train(network(), **options)
    assert seen.value.args == (strong,)


class Interruption(keras.callbacks.Callback):
    def on_epoch_begin(self, epoch, logs=None):
        if epoch == 2:
            raise KeyboardInterrupt


def test_an_interrupted_run_goes_on(model, network, parts, tmp_path):
    folder = tmp_path / "new"
    options = {**parts, **FIXED, "resume": folder}
    with pytest.raises(KeyboardInterrupt):
        keras_ssl.train(model, **options, callbacks=[Interruption()])
    later = compiled(network)
    report = keras_ssl.train(later, **options)
    assert [len(each["loss"]) for each in report.history.values()] == [1, 2]
    stages = ["baseline", "phase 1", "phase 2"]
    assert list(report.accuracy) in (stages, [*stages, outcome.KEPT])
    assert not (folder / "backup").exists()
    # A finished run is loaded, with the weights that it has trained.
    again = compiled(network)
    loaded = keras_ssl.train(again, **options)
    assert loaded.accuracy == report.accuracy
    for a, b in zip(again.get_weights(), later.get_weights(), strict=True):
        np.testing.assert_array_equal(a, b)
    # What is loaded is what was measured.
    measured = accuracy(again, parts["test"])
    assert measured == pytest.approx(list(report.accuracy.values())[-1])


def test_a_folder_goes_on_with_the_same_arguments(model, parts, tmp_path):
    options = {**parts, **FIXED, "resume": tmp_path, "inspect": False}

    def train(**changes):
        return keras_ssl.train(
            model, **{**options, **changes}, callbacks=[Interruption()]
        )

    # What was refused leaves nothing behind.
    for wrong in ({"schedule": "cosin"}, {"epochs": 1}):
        with pytest.raises(ValueError, match="Did you mean|2 or more"):
            train(**wrong)
    with pytest.raises(ValueError, match="strong='cutout' and search"):
        train(strong="cutout", search_augmentation=True)
    erasing = keras_ssl.augmentation.RandomErasing
    with pytest.raises(KeyboardInterrupt):
        train(strong=erasing(seed=1))
    with pytest.raises(KeyboardInterrupt):
        train(strong=erasing(seed=1), baseline=False, verbose=0)
    for name, (value, message) in {
        "seed": (1, "the folder .* a run with seed=0. Expected seed=1"),
        "patience": (4, "Expected patience=4"),
        "schedule": ("plateau", "Expected schedule='plateau'"),
        "strong": (
            erasing(rate=0.25, seed=1),
            "a run with strong=.* Expected strong=.*0.25",
        ),
    }.items():
        with pytest.raises(ValueError, match=message):
            train(**{"strong": erasing(seed=1), name: value})
    x, y = parts["labeled"]
    with pytest.raises(
        ValueError, match="labeled='40 images, .* labeled='39 im"
    ):
        train(strong=erasing(seed=1), labeled=(x[1:], y[1:]))
    with pytest.raises(ValueError, match="Expected strong=None"):
        train()


@pytest.mark.parametrize("kept", [True, False])
def test_the_augmentation_is_found_on_request(
    model, network, parts, tmp_path, monkeypatch, kept
):
    calls = []

    def found(searched, labeled, validation, **options):
        calls.append((len(labeled[0]), len(validation[0]), options))
        trial = Trial("mirror", {"mirror": True}, 0.5, 0.1, 0.01, kept)
        return AugmentationResult({"mirror": True}, 0.4, [trial], {}, 8, 9, 1.0)

    monkeypatch.setattr(finders, "find_augmentation", found)
    options = {**parts, **FIXED, "search_augmentation": True}
    options |= {"baseline": False, "resume": tmp_path}
    with pytest.raises(KeyboardInterrupt):
        keras_ssl.train(model, **options, callbacks=[Interruption()])
    ((labeled, validation, searched),) = calls
    assert (labeled, validation) == (32, 8)
    assert "mixup" not in searched["search"]
    # The run goes on with what it has found.
    report = keras_ssl.train(compiled(network), **options)
    assert len(calls) == 1
    value, why = settings(report)["strong"]
    assert value == ("Policy" if kept else "RandAugment")
    assert why.startswith("found: Augmentation: ")
    assert getattr(report.model.strong, "mirror", None) == (kept or None)
    assert "Augmentation" in [each.title for each in report.findings]


def test_an_interrupted_search_goes_on_from_the_same_weights(
    model, network, parts, tmp_path, monkeypatch
):
    seen = []

    def interrupted(searched, *data, **options):
        seen.append(searched.network.get_weights())
        raise KeyboardInterrupt

    monkeypatch.setattr(finders, "find_augmentation", interrupted)
    options = {**parts, **FIXED, "search_augmentation": True}
    options |= {"baseline": False, "resume": tmp_path}
    other = network()
    for each in (model, other):
        with pytest.raises(KeyboardInterrupt):
            keras_ssl.train(each, **options)
    for a, b in zip(*seen, strict=True):
        np.testing.assert_array_equal(a, b)


def test_an_augmentation_cannot_be_found_and_given(network, parts):
    options = {**parts, **FIXED, "search_augmentation": True}
    with pytest.raises(ValueError, match="strong='cutout' and search"):
        keras_ssl.train(network(), **options, strong="cutout")
    with pytest.raises(ValueError, match="8 validation images"):
        keras_ssl.train(network(), **options)


@pytest.mark.usefixtures("eagerly")
def test_an_interrupted_search_is_not_repeated(
    network, parts, tmp_path, monkeypatch
):
    calls = []

    def search(name, value):
        def found(*arguments, **keywords):
            calls.append(name)
            numbers = {name: value, "reason": "as told", "rows": []}
            return types.SimpleNamespace(**numbers, plot=None)

        return found

    monkeypatch.setattr(finders, "find_batch_size", search("batch_size", 8))
    monkeypatch.setattr(finders, "find_learning_rate", search("rate", 0.01))
    options = {**parts, **SHORT, "inspect": False, "resume": tmp_path}
    options |= {"method": "adamatch", "baseline": False}
    with pytest.raises(KeyboardInterrupt):
        keras_ssl.train(network(), **options, callbacks=[Interruption()])
    report = keras_ssl.train(network(), **options)
    assert calls == ["batch_size", "rate"]
    assert settings(report)["batch_size"] == (8, "found: as told")
    assert settings(report)["learning_rate"] == (0.01, "found: as told")
    titles = [finding.title for finding in report.findings]
    assert titles == ["Batch size", "Learning rate", "Stopping"]


def test_datasets_keep_their_batches(model, parts, digits8):
    import tensorflow as tf

    x, y = digits8
    labeled = tf.data.Dataset.from_tensor_slices(parts["labeled"]).batch(5)
    unlabeled = tf.data.Dataset.from_tensor_slices(x).batch(10)
    validation = tf.data.Dataset.from_tensor_slices((x, y)).batch(16)
    options = {**FIXED, "batch_size": None, "baseline": False}
    options["schedule"] = "plateau"
    report = keras_ssl.train(model, labeled, unlabeled, validation, **options)
    assert settings(report)["batch_size"][1].startswith("for data that do not")
    assert report.measured_on.startswith("validation images, which decided")
    assert report.measured_images == 128


@pytest.mark.core
def test_images_may_have_weights(model, parts, digits8):
    x, y = digits8
    labeled = x[:40], y[:40], np.ones(40, "float32")
    options = {**parts, **FIXED, "labeled": labeled, "baseline": False}
    report = keras_ssl.train(model, **options)
    assert "phase 2" in report.accuracy


def test_a_trained_model_has_both_phases_again(model, parts):
    first = keras_ssl.train(model, **parts, **FIXED, baseline=False)
    options = {k: v for k, v in FIXED.items() if k != "method"}
    again = keras_ssl.train(first.model, **parts, **options, baseline=False)
    assert set(again.history) == {"phase 1", "phase 2"}
    assert settings(again)["strong"] == ("RandAugment", "given")


def test_a_wrapped_model_decides_itself(network, parts):
    model = keras_ssl.SemiSupervisedModel(network(), "adamatch", strong=None)
    model.compile("sgd", LOGITS, run_eagerly=True)
    options = {k: v for k, v in FIXED.items() if k != "method"}
    report = keras_ssl.train(model, **parts, **options, baseline=False)
    assert report.model is model
    assert settings(report)["strong"] == (None, "given")
    with pytest.raises(ValueError, match="method, ema beside a"):
        keras_ssl.train(model, **parts, **FIXED, ema=None)


def test_what_does_not_fit_is_refused(network, parts):
    x, y = parts["labeled"]
    with pytest.raises(ValueError, match="kind 'binary'"):
        keras_ssl.train(network(classes=1), (x, y % 2), x)
    with pytest.raises(ValueError, match="'stong'.*Did you mean 'strong'"):
        keras_ssl.train(network(), **parts, stong="cutout")

    def loss(y, outputs):
        return ops.mean(outputs)

    model = network()
    model.compile("sgd", loss)
    with pytest.raises(ValueError, match="cannot be compiled anew"):
        keras_ssl.train(model, **parts)

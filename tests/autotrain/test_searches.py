import types

import numpy as np
import pytest

import keras_ssl
from keras_ssl import finders
from keras_ssl.finders.augmentation_result import AugmentationResult
from keras_ssl.finders.augmentation_result import Trial
from keras_ssl.model import strong_labeled
from tests.autotrain.runs import FIXED
from tests.autotrain.runs import OPEN
from tests.autotrain.runs import QUIET
from tests.autotrain.runs import SHORT
from tests.autotrain.runs import Interruption
from tests.autotrain.runs import compiled
from tests.autotrain.runs import settings

pytestmark = [pytest.mark.eager, QUIET]

UNLIMITED = {"search_share": None}


class Seen(Exception):
    """Ends a training with what was seen."""


@pytest.mark.parametrize(("often", "strong"), [(0.7, 1.0), (0.8, 0.0)])
def test_the_rate_is_found_on_images_as_training_will_have_them(
    often, strong, network, parts, monkeypatch
):
    def found(model, batches, max_steps):
        raise Seen(model.strong_labeled_share_used)

    monkeypatch.setattr(finders, "find_learning_rate", found)
    monkeypatch.setattr(strong_labeled, "OFTEN", often)
    # Three epochs of two steps of 4 images, of 40 less 8 for validation.
    options = {**parts, **SHORT, "batch_size": 4, "inspect": False}
    options |= UNLIMITED
    with pytest.raises(Seen) as seen:
        keras_ssl.train(network(), **options)
    assert seen.value.args == (strong,)


@pytest.mark.usefixtures("undrawn")
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
    options = {**parts, **OPEN, "search_augmentation": True, **UNLIMITED}
    options |= {"baseline": False, "resume": tmp_path, "inspect": False}
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
    options = {**parts, **OPEN, "search_augmentation": True, **UNLIMITED}
    options |= {"baseline": False, "resume": tmp_path}
    other = network()
    for each in (model, other):
        with pytest.raises(KeyboardInterrupt):
            keras_ssl.train(each, **options)
    for a, b in zip(*seen, strict=True):
        np.testing.assert_array_equal(a, b)


def test_an_augmentation_cannot_be_found_and_given(network, parts):
    options = {**parts, **OPEN, "search_augmentation": True, **UNLIMITED}
    with pytest.raises(ValueError, match="strong='cutout' and search"):
        keras_ssl.train(network(), **options, strong="cutout")
    with pytest.raises(ValueError, match="8 validation images"):
        keras_ssl.train(network(), **options)


@pytest.mark.usefixtures("undrawn")
def test_an_interrupted_search_is_not_repeated(
    network, parts, tmp_path, monkeypatch
):
    calls = []

    def search(name, value):
        def found(*arguments, **keywords):
            calls.append(name)
            numbers = {
                name: value,
                "reason": "as told",
                "rows": [],
                "stopped": "",
            }
            return types.SimpleNamespace(**numbers, plot=None)

        return found

    monkeypatch.setattr(finders, "find_batch_size", search("batch_size", 8))
    monkeypatch.setattr(finders, "find_learning_rate", search("rate", 0.01))
    options = {**parts, **SHORT, "inspect": False, "resume": tmp_path}
    options |= {"method": "adamatch", "baseline": False, **UNLIMITED}
    options |= {"strong": "cutout"}
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


def test_a_search_that_would_see_too_little_leaves_the_default(
    network, parts, capsys
):
    options = {**FIXED, "inspect": False, "baseline": False, "verbose": 1}
    report = keras_ssl.train(network(), **parts, **options)
    value, why = settings(report)["learning_rate"]
    assert value == pytest.approx(1e-3)
    assert why.startswith("default: to find one takes 300 steps at least, as ")
    printed = capsys.readouterr().out
    assert "the learning rate is 0.001, the default of Adam: to find" in printed
    assert "searches may take 20 % of the training" in printed


def test_searches_say_what_they_do_and_what_was_cut_off(
    network, parts, monkeypatch, capsys
):
    told = {}

    def search(name, value, stopped):
        def found(*arguments, **keywords):
            told.update(keywords)
            if "max_seconds" in keywords:
                assert keywords["max_seconds"](0.5) > 0
            numbers = {name: value, "reason": "As told.", "rows": []}
            return types.SimpleNamespace(**numbers, stopped=stopped, plot=None)

        return found

    for name, value, stopped in (
        ("batch_size", 8, "stopped after 2 of 4 sizes"),
        ("rate", 0.01, "stopped after 3 of at most 9 rates"),
    ):
        which = (
            "find_batch_size" if name == "batch_size" else "find_learning_rate"
        )
        monkeypatch.setattr(finders, which, search(name, value, stopped))
    options = {**parts, **SHORT, "inspect": False, "baseline": False}
    options |= {"method": "adamatch", "strong": "cutout", "verbose": 1}
    report = keras_ssl.train(network(), **options, search_share=100)
    lines = capsys.readouterr().out.splitlines()
    ours = [line for line in lines if line.startswith("train: ")]
    assert ours[0].startswith("train: finding the batch size")
    assert "this search at most about" in ours[1]
    assert ours[2].endswith(
        "The search stopped after 2 of 4 sizes, as searches may take 10000 % "
        "of the training (`search_share=`)."
    )
    assert ours[3].startswith("train: training takes a few seconds: phase 1")
    assert ours[4].startswith("train: finding the learning rate")
    assert told["max_steps"] == 50 * (4 + 3 * 6)
    assert "stopped after 3 of at most 9 rates" in ours[5]
    assert ours[6] == (
        "train: phase 1: 1 epoch of 2 steps with labels alone, a few seconds."
    )
    assert settings(report)["learning_rate"][1].endswith("(`search_share=`).")

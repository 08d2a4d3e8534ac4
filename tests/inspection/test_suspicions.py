import dataclasses

import numpy as np
import pytest

from keras_ssl.inspection.facts import ModelFacts
from keras_ssl.inspection.facts import Overlap
from keras_ssl.inspection.scan import look
from keras_ssl.inspection.suspicions import find_suspicions

pytestmark = pytest.mark.core

MODEL = ModelFacts(
    name="model",
    input_shape=(24, 24, 3),
    input_dtype="float32",
    num_classes=4,
    outputs="logits",
    activation="",
    parameters=9,
    trainable_parameters=9,
    batch_norm_layers=(),
    frozen_batch_norm_layers=(),
    dropout_layers=(),
    scales_inputs=False,
    rescaling=None,
)


@pytest.fixture
def splits(pictures):
    labels = np.arange(40) % 4
    return {
        "labeled": look((pictures, labels), "labeled", 99, False).facts,
        "unlabeled": look(pictures, "unlabeled", 99, False).facts,
    }


def suspicions(splits, overlaps=(), task="classification", high=1, **model):
    changed = dataclasses.replace(MODEL, **model)
    return find_suspicions(changed, splits, overlaps, task, (0, high))


def only(found):
    assert len(found) == 1, found
    return found[0]


def test_good_data_raise_no_suspicion(splits):
    known = Overlap("labeled", "unlabeled", ((0, 0),), ((1, 1),), 0)
    assert suspicions(splits, (known,)) == ()
    assert suspicions(splits, high=255, scales_inputs=True) == ()
    assert suspicions(splits, high=3) == ()


@pytest.mark.parametrize(
    ("exact", "near", "words"),
    [
        (
            2,
            1,
            "3 of the 40 test images are among the labeled ones (2 exactly, ",
        ),
        (0, 1, "1 of the 40 test images is among the labeled ones (1 nearly)"),
    ],
)
def test_test_images_in_the_training_data(splits, exact, near, words):
    pairs = tuple((i, i) for i in range(5))
    shared = Overlap("labeled", "test", pairs[:exact], pairs[:near], 0)
    splits["test"] = splits["labeled"]
    warning = only(suspicions(splits, (shared,)))
    assert warning.startswith(words)
    assert 'overlap("labeled", "test")' in warning


def test_equal_images_with_two_labels(splits):
    twice = Overlap("labeled", "labeled", ((0, 1),), (), 1)
    assert "two labels" in only(suspicions(splits, (twice,)))


@pytest.mark.parametrize(
    ("settings", "words"),
    [
        ({"task": "binary"}, "Dense(2"),
        ({"task": "multi-label"}, "several classes"),
        (
            {"activation": "sigmoid", "outputs": "probabilities"},
            "ends in a sigmoid",
        ),
        ({"rescaling": 1 / 255, "scales_inputs": True}, "scaled twice"),
        ({"high": 255}, "Pixels reach 255"),
    ],
)
def test_the_model(splits, settings, words):
    assert words in only(suspicions(splits, **settings))


def test_unlabeled_images_of_another_brightness(splits, pictures):
    dark = look(pictures / 4, "unlabeled", 99, False).facts
    brightness, contrast = suspicions({**splits, "unlabeled": dark})
    means = (f"{pictures.mean() / 4:.3g}", f"{pictures.mean():.3g}")
    assert "unlabeled images are darker" in brightness
    assert all(mean in brightness for mean in means)
    assert "less contrast" in contrast


def test_few_images_may_differ_by_chance(splits, pictures):
    bright = np.argsort(pictures.mean((1, 2, 3)))[[25, 32, 37]]
    few = look(pictures[bright], "unlabeled", 99, False).facts
    assert suspicions({**splits, "unlabeled": few}) == ()


@pytest.mark.parametrize(
    ("change", "words"),
    [
        ({"blank": 3}, "3 of the 40 labeled images show nothing"),
        ({"smallest": (9, 24)}, "differ in size: 9 x 24 to 24 x 24"),
        ({"complete": False}, "Of the labeled images, 40 were looked at"),
        ({"class_counts": {0: 20, 2: 20}}, "no labeled images of class 1, 3,"),
        (
            {"class_counts": {0: 28, 1: 4, 2: 4, 3: 4}},
            "28 labeled images of one, 4 of another",
        ),
    ],
)
def test_the_data(splits, change, words):
    splits["labeled"] = dataclasses.replace(splits["labeled"], **change)
    assert words in only(suspicions(splits))

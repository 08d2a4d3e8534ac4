import keras
import pytest

from keras_ssl import SemiSupervisedModel
from keras_ssl.callbacks import AugmentationFinder
from keras_ssl.callbacks import augmentation_finder
from keras_ssl.finders import AugmentationResult
from keras_ssl.finders.augmentation_result import Trial

pytestmark = pytest.mark.eager

LOGITS = keras.losses.SparseCategoricalCrossentropy(from_logits=True)
QUICK = {
    "warmup_steps": 3,
    "steps": 3,
    "repeats": 1,
    "batch_size": 8,
    "verbose": 0,
}


@pytest.fixture
def parts(digits8):
    x, y = digits8
    return (x[:24], y[:24]), (x[24:], y[24:])


def test_fit_goes_on_with_what_was_found(network, parts, monkeypatch):
    labeled, validation = parts
    model = SemiSupervisedModel(network(), "adamatch")
    model.compile("sgd", LOGITS, run_eagerly=True)
    calls, kept = [], [False]

    def found(*arguments, **options):
        calls.append((arguments, options))
        trial = Trial("rotate", {"rotate": 31.0}, 0.5, 0.1, 0.01, kept[-1])
        settings = {"rotate": 31.0, "fill": 0.0}
        return AugmentationResult(settings, 0.5, [trial], {}, 104, 9, 1.0)

    monkeypatch.setattr(augmentation_finder, "find_augmentation", found)
    finder = AugmentationFinder(search=("rotate",), **QUICK)
    options = {"steps_per_epoch": 1, "batch_size": 4, "verbose": 0}
    options |= {"unlabeled_data": validation[0], "callbacks": [finder]}
    before = model.strong
    model.fit(*labeled, validation_data=validation, **options)
    assert model.strong is before
    kept.append(True)
    model.fit(*labeled, validation_data=validation, **options)
    (searched, *data), options = calls[0]
    assert searched is model
    data.append(options.pop("validation"))
    for given, expected in zip(data, parts, strict=True):
        assert given[0] is expected[0]
    assert options == {**QUICK, "search": ("rotate",)}
    assert model.strong.rotate == 31.0
    assert model.strong.value_range == (0, 1)
    with pytest.raises(ValueError, match="that are no arrays"):
        model.fit(*labeled, unlabeled_data=labeled[0], callbacks=[finder])


def test_a_view_is_not_mixed():
    with pytest.raises(ValueError, match="'mixup'"):
        AugmentationFinder(search=("mixup",))
    with pytest.raises(ValueError, match="'stong'.*'strong'"):
        AugmentationFinder("stong")

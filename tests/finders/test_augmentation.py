import keras
import numpy as np
import pytest
from keras import ops

from keras_ssl import SemiSupervisedModel
from keras_ssl.callbacks import AugmentationFinder
from keras_ssl.callbacks import augmentation_finder
from keras_ssl.data.sides import Line
from keras_ssl.finders import AugmentationResult
from keras_ssl.finders import augmentation
from keras_ssl.finders import find_augmentation
from keras_ssl.finders.augmentation_result import Trial
from keras_ssl.finders.augmentation_search import Trials
from keras_ssl.finders.augmentation_search import greedy_search

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


def values(network):
    return [np.array(ops.convert_to_numpy(v)) for v in network.variables]


# The search


def search(accuracy, kinds, margin=1.0):
    """Greedy search where the share of right images is given."""

    def correct(change):
        return np.repeat(
            [1.0, 0.0], [accuracy(change), 1000 - accuracy(change)]
        )

    return greedy_search(correct, kinds, margin=margin, line=Line(0))


def test_the_best_of_a_kind_is_kept_and_the_next_kind_builds_on_it():
    def accuracy(change):
        level = {0: 0, 1: 20, 2: 90, 3: 60}[change.get("color_level", 0)]
        return 500 + level - 100 * change.get("mirror", False)

    kinds = {
        "color": [{"color_level": level} for level in (1, 2, 3)],
        "mirror": [{"mirror": True}],
    }
    baseline, trials, kept = search(accuracy, kinds)
    assert (baseline, kept) == (0.5, {"color_level": 2})
    assert [trial.name for trial in trials if trial.kept] == ["color 2"]
    assert trials[-1].gain == pytest.approx(-0.1)


def test_a_gain_within_its_error_is_not_kept():
    flips = np.random.default_rng(0).permutation(100)

    def correct(change):
        right = np.zeros(100)
        right[flips[:53] if change else flips[47:97]] = 1
        return right

    kinds = {"mirror": [{"mirror": True}]}
    for margin, kept in ((1.0, {}), (0.1, {"mirror": True})):
        found = greedy_search(correct, kinds, margin=margin, line=Line(0))
        assert found[2] == kept


# The trials


def test_trials_start_from_the_same_weights(network, parts):
    (x, y), validation = parts
    net = network()
    trials = Trials(
        net,
        (x, keras.utils.to_categorical(y, 4)),
        validation,
        batch_size=8,
        learning_rate=0.01,
        value_range=(0, 1),
        seed=0,
    )
    trials.warm_up(2)
    loss = trials.loss(validation[0])
    first = trials.run({"rotate": 31.0}, 3, 0)
    weights = values(net)
    trials.run({"mirror": True, "mixup": 0.5}, 2, 0)
    again = trials.run({"rotate": 31.0}, 3, 0)
    np.testing.assert_array_equal(first, again)
    for a, b in zip(weights, values(net), strict=True):
        np.testing.assert_array_equal(a, b)
    trials.run({"rotate": 31.0}, 0, 0)
    assert trials.loss(validation[0]) == pytest.approx(loss, rel=1e-5)
    assert trials.steps == 10


# All of it


def test_it_leaves_the_model_as_it_was(network, parts):
    net = network(activation="softmax")
    before = values(net)
    result = find_augmentation(
        net, *parts, search=["mirror", "spatial"], **QUICK
    )
    for a, b in zip(before, values(net), strict=True):
        np.testing.assert_array_equal(a, b)
    assert len(result.trials) == 6
    assert result.steps == 3 + 7 * 3
    assert result.images == 104
    table = result.settings.get("magnitudes", {})
    assert bool(table) == ("spatial_level" in result.settings)
    policy = result.policy(value_range=(0, 1))
    assert policy(parts[0][0]).shape == (24, 8, 8, 1)
    assert "104 images" in str(result)
    assert len(result.plot().get_xticklabels()) == 7


def test_an_interrupted_search_goes_on(network, parts, tmp_path, monkeypatch):
    net = network()
    options = {**QUICK, "search": ["mirror", "rotate"], "folder": tmp_path}
    whole = find_augmentation(net, *parts, **{**options, "folder": None})
    run, count = Trials.run, []

    def interrupted(self, *arguments):
        count.append(arguments)
        if len(count) == 3:
            raise KeyboardInterrupt
        return run(self, *arguments)

    monkeypatch.setattr(Trials, "run", interrupted)
    before = values(net)
    with pytest.raises(KeyboardInterrupt):
        find_augmentation(net, *parts, **options)
    for a, b in zip(before, values(net), strict=True):
        np.testing.assert_array_equal(a, b)
    result = find_augmentation(net, *parts, **options)
    assert len(count) == 3 + 2
    assert result.trials == whole.trials
    assert result.settings == whole.settings
    with pytest.raises(ValueError, match="of a run with steps=3"):
        find_augmentation(net, *parts, **{**options, "steps": 4})
    with pytest.raises(ValueError, match="of a run with checksum="):
        find_augmentation(network(), *parts, **options)


def test_what_comes_into_images_has_the_colour_of_their_border():
    images = np.zeros((3, 8, 8, 1))
    images[:, 1:-1, 1:-1] = 1
    assert augmentation._border(images, (0, 1)) == 0
    assert augmentation._border(2 * images - 1, (-1, 1)) == 0
    assert augmentation._border(255 - 255 * images, (0, 255)) == 1


def test_what_tells_nothing_is_refused(network, parts):
    labeled, (x, y) = parts
    with pytest.raises(ValueError, match="30 validation images"):
        find_augmentation(network(), labeled, (x[:30], y[:30]))
    with pytest.raises(ValueError, match="'miror'.*'mirror'"):
        find_augmentation(network(), *parts, search=["miror"])


# The callback


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

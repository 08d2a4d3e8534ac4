import keras
import numpy as np
import pytest
from keras import ops

from keras_ssl.data.halves import Line
from keras_ssl.finders.augmentation_search import Trials
from keras_ssl.finders.augmentation_search import greedy_search

pytestmark = pytest.mark.eager


@pytest.fixture
def parts(digits8):
    x, y = digits8
    return (x[:24], y[:24]), (x[24:], y[24:])


def values(network):
    return [np.array(ops.convert_to_numpy(v)) for v in network.variables]


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
        np.testing.assert_allclose(a, b, rtol=1e-4, atol=1e-6)
    trials.run({"rotate": 31.0}, 0, 0)
    assert trials.loss(validation[0]) == pytest.approx(loss, rel=1e-5)
    assert trials.steps == 10


def test_no_more_changes_than_allowed():
    tried = []

    def correct(change):
        tried.append(change)
        return np.repeat([1.0, 0.0], 50)

    kinds = {"mirror": [{"mirror": True}], "rotate": [{"rotate": 31.0}] * 2}
    _, trials, _ = greedy_search(correct, kinds, margin=1, line=Line(0), most=2)
    assert [trial.stage for trial in trials] == ["mirror", "rotate"]
    assert len(tried) == 3

import numpy as np
import pytest
from keras import ops

from keras_ssl import losses
from keras_ssl.methods import AdaMatch
from keras_ssl.methods import AlignedSoftMatch
from keras_ssl.methods import SoftMatch
from keras_ssl.methods.estimated_mix import EstimatedMix

pytestmark = pytest.mark.core


def estimate(labels, unlabeled, predictions):
    mix = EstimatedMix(len(labels), momentum=0.0)
    given = [ops.array(x, "float32") for x in (labels, unlabeled, predictions)]
    return ops.convert_to_numpy(mix(*given[:2], given[2][None]))


@pytest.mark.parametrize(
    ("unlabeled", "expected"),
    [(0.55, 0.5), (0.6, 0.5), (0.65, 0.575), (0.7, 0.7), (0.9, 0.9)],
)
def test_predictions_are_believed_where_they_are_far_off(unlabeled, expected):
    unlabeled, fair = [unlabeled, 1 - unlabeled], [0.5, 0.5]
    mix = estimate(fair, unlabeled, fair)
    np.testing.assert_allclose(mix, [expected, 1 - expected], atol=1e-5)


def test_a_bias_that_labeled_images_show_too_is_taken_out():
    labels, biased = [0.25, 0.75], [0.6, 0.4]
    np.testing.assert_allclose(estimate(labels, biased, biased), labels)


def test_numpy_oracle_on_random_distributions():
    random = np.random.default_rng(0)
    for _ in range(20):
        y, u, p = random.dirichlet(np.ones(5), 3)
        said = u * y / p / (u * y / p).sum()
        trust = np.clip(np.abs(said - y).sum() / 2 / 0.1 - 1, 0, 1)
        expected = y + trust * (said - y)
        np.testing.assert_allclose(estimate(y, u, p), expected, atol=1e-4)


@pytest.mark.parametrize("kind", [SoftMatch, AlignedSoftMatch])
@pytest.mark.parametrize("far", [False, True])
def test_a_near_mix_counts_for_the_labels_a_far_one_for_itself(kind, far):
    labels = np.eye(4)
    weak = 2 * np.repeat(labels, [9, 2, 1, 4] if far else [4, 4, 4, 4], axis=0)
    strong = np.random.default_rng(0).normal(size=(16, 4))
    estimated, labeled = (
        kind(momentum=0.5, prior=prior) for prior in ("estimated", "labeled")
    )
    for _ in range(3):
        pair = [
            float(estimated(weak, strong, labels, 2 * labels)),
            float(labeled(weak, strong, labels)),
        ]
    assert np.isclose(*pair, rtol=1e-6) != far


def test_predictions_for_labeled_images_are_asked_for():
    logits = np.zeros((2, 3))
    with pytest.raises(ValueError, match="Pass `labels`"):
        losses.aligned_softmatch(logits, logits)
    with pytest.raises(ValueError, match="Pass `labeled`"):
        losses.aligned_softmatch(logits, logits, np.eye(3))


def test_it_is_refused_where_nothing_estimates_it():
    with pytest.raises(ValueError, match="'uniform', 'labeled' or"):
        AdaMatch(prior="estimated")


def test_a_name_that_is_not_known_is_refused_with_those_that_are():
    assert SoftMatch(prior="estimated").inputs[2:] == ("labels", "labeled")
    with pytest.raises(
        ValueError, match="'uniform', 'labeled', 'estimated' or"
    ):
        SoftMatch(prior="estimate")

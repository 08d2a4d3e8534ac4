import numpy as np
import pytest
from keras import ops

from keras_ssl import losses
from keras_ssl.methods import AdaMatch
from keras_ssl.methods import AlignedSoftMatch
from keras_ssl.methods import SoftMatch
from keras_ssl.methods.alignment import EstimatedAlignment

pytestmark = pytest.mark.core


def estimate(labels, unlabeled, predictions):
    """The mix that is aligned to, as `q` that has it, and the distance."""
    alignment = EstimatedAlignment(len(labels), momentum=0.0)
    given = [
        ops.array(np.array([x]), "float32")
        for x in (unlabeled, labels, predictions)
    ]
    aligned, _ = alignment.trusted(*given)
    mix = ops.convert_to_numpy(aligned[0])
    return mix, float(alignment.distance.result())


@pytest.mark.parametrize(
    ("unlabeled", "expected"),
    [(0.55, 0.5), (0.6, 0.5), (0.65, 0.575), (0.7, 0.7), (0.9, 0.9)],
)
def test_predictions_are_believed_where_they_are_far_off(unlabeled, expected):
    fair = [0.5, 0.5]
    mix, distance = estimate(fair, [unlabeled, 1 - unlabeled], fair)
    np.testing.assert_allclose(mix, [expected, 1 - expected], atol=1e-5)
    assert distance == pytest.approx(unlabeled - 0.5, abs=1e-5)


def test_a_bias_that_labeled_images_show_too_is_taken_out():
    labels, biased = [0.25, 0.75], [0.6, 0.4]
    mix, distance = estimate(labels, biased, biased)
    np.testing.assert_allclose(mix, labels, atol=1e-5)
    assert distance == pytest.approx(0, abs=1e-5)


def test_numpy_oracle_on_random_distributions():
    random = np.random.default_rng(0)
    for _ in range(20):
        y, u, p = random.dirichlet(np.ones(5), 3)
        said = u * y / p / (u * y / p).sum()
        d = np.abs(said - y).sum() / 2
        expected = y + np.clip(d / 0.1 - 1, 0, 1) * (said - y)
        mix, distance = estimate(y, u, p)
        np.testing.assert_allclose(mix, expected, atol=1e-4)
        assert distance == pytest.approx(d, abs=1e-4)


def losses_of(kind, share, prior):
    """Three losses of 20 images, of which a class has the share."""
    counts = [round(20 * share), *[round(20 * (1 - share) / 3)] * 3]
    weak = 8 * np.repeat(np.eye(4), counts, axis=0)
    strong = np.random.default_rng(0).normal(size=(len(weak), 4))
    labels, method = np.eye(4), kind(momentum=0.5, prior=prior)
    given = (labels, 8 * labels) if prior == "estimated" else (labels,)
    return method, [float(method(weak, strong, *given)) for _ in range(3)]


@pytest.mark.parametrize("kind", [SoftMatch, AlignedSoftMatch])
def test_with_the_mix_of_the_labels_it_is_their_prior(kind):
    method, estimated = losses_of(kind, 0.25, "estimated")
    assert estimated == pytest.approx(losses_of(kind, 0.25, "labeled")[1])
    assert float(method.mask_ratio.result()) > 0.9


def test_images_of_another_mix_count_less_and_then_not_at_all():
    ratios = []
    for share in (0.25, 0.4, 0.7):
        method, estimated = losses_of(AlignedSoftMatch, share, "estimated")
        ratios.append(float(method.mask_ratio.result()))
    assert ratios[0] > 0.9
    assert 0.2 < ratios[1] < 0.8
    assert ratios[2] == estimated[-1] == 0


def test_softmatch_notices_another_mix_before_its_averages_are_old():
    method = SoftMatch(prior="estimated")
    weak = 8 * np.repeat(np.eye(4), [14, 2, 2, 2], axis=0)
    labels = np.eye(4)
    for _ in range(20):  # of the thousand that its momentum looks back
        method(weak, weak, labels, 8 * labels)
    method.mask_ratio.reset_state()
    method(weak, weak, labels, 8 * labels)
    assert float(method.mask_ratio.result()) == 0


def test_the_distance_is_logged_where_it_is_estimated():
    method, _ = losses_of(AlignedSoftMatch, 0.7, "estimated")
    assert "mix_distance" in method.fed
    assert float(method.alignment.distance.result()) == pytest.approx(
        0.45, abs=0.02
    )
    method, _ = losses_of(AlignedSoftMatch, 0.7, "labeled")
    assert "mix_distance" not in method.fed


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

import keras
import numpy as np
import pytest
from keras import ops
from scipy import stats

from keras_ssl import SemiSupervisedModel
from keras_ssl.methods import Method
from keras_ssl.methods.mixer import Mixer
from keras_ssl.methods.mixer import blended_loss
from tests.backends import needs_compiler

pytestmark = [pytest.mark.core, pytest.mark.eager]


def arrays(tensors):
    return [ops.convert_to_numpy(each) for each in tensors]


@pytest.mark.parametrize("alpha", [0.5, 0.75, 4.0])
def test_shares_are_the_larger_halves_of_beta_draws(alpha):
    partner, share = arrays(Mixer(alpha).draw(2000))
    half = stats.beta(alpha, alpha)
    folded = stats.kstest(share, lambda x: 2 * half.cdf(np.maximum(x, 0.5)) - 1)
    assert folded.pvalue > 0.01
    assert share.min() >= 0.5
    assert abs(np.corrcoef(partner, share)[0, 1]) < 0.06
    assert abs(np.corrcoef(partner, np.arange(2000))[0, 1]) < 0.06


def test_partners_are_a_permutation_drawn_anew():
    mixer = Mixer(0.75)
    first, second = (arrays(mixer.draw(50))[0] for _ in range(2))
    assert sorted(first) == sorted(second) == list(range(50))
    assert not np.array_equal(first, second)


def test_what_it_draws_goes_by_the_seed_of_keras():
    draws = []
    for seed in (1, 1, 2):
        keras.utils.set_random_seed(seed)
        draws.append(np.concatenate(arrays(Mixer(0.75).draw(20))))
    assert np.array_equal(draws[0], draws[1])
    assert not np.array_equal(draws[0], draws[2])


def test_its_state_is_the_generator_of_its_draws():
    mixer, other = Mixer(0.75), Mixer(0.75)
    mixer.draw(3)
    other.set_weights(mixer.get_weights())
    other.generator.state.assign(mixer.generator.state)
    for mine, its in zip(mixer.draw(9), other.draw(9), strict=True):
        np.testing.assert_array_equal(*arrays([mine, its]))


def test_blends_views_and_labels_alike(monkeypatch):
    random = np.random.default_rng(0)
    partner = np.array([3, 0, 4, 1, 2])
    share = np.array([0.5, 1.0, 0.75, 0.9, 0.6], "float32")
    mixer = Mixer(0.75)
    monkeypatch.setattr(mixer, "draw", lambda count: (partner, share))
    images = random.normal(size=(5, 2, 3, 1)).astype("float32")
    labels = random.dirichlet(np.ones(4), 5).astype("float32")
    mixed, targets = mixer.mix(
        [images[:2], images[2:4], images[4:]],
        [labels[:2], labels[2:4], labels[4:]],
    )
    for rows, found in [
        (images, [mixed["labeled"], mixed["mixed"]]),
        (labels, [targets["labeled_target"], targets["mixed_target"]]),
    ]:
        expected = [
            s * row + (1 - s) * rows[p]
            for row, p, s in zip(rows, partner, share, strict=True)
        ]
        assert [len(part) for part in found] == [2, 3]
        np.testing.assert_allclose(
            np.concatenate(arrays(found)), expected, rtol=1e-5
        )


def test_an_image_remains_mostly_what_it_is():
    images = np.eye(40, dtype="float32").reshape(40, 40, 1, 1)
    labels = np.eye(40, dtype="float32")
    mixed, targets = Mixer(0.75).mix(
        [images[:8], images[8:]], [labels[:8], labels[8:]]
    )
    rows = np.concatenate(arrays(mixed.values()))[:, :, 0, 0]
    targets = np.concatenate(arrays(targets.values()))
    np.testing.assert_allclose(rows, targets, atol=1e-6)
    np.testing.assert_allclose(targets.sum(axis=1), 1, rtol=1e-5)
    assert np.all(np.diag(targets) >= 0.5 - 1e-6)
    assert targets.min() >= 0
    assert np.sum(targets > 0, axis=1).max() == 2


class Shares(Method):
    """Its loss is what a mixer drew."""

    def __init__(self):
        super().__init__()
        self.mixer = Mixer(0.75)

    def mix(self, images):
        partner, share = self.mixer.draw(ops.shape(images["weak"])[0])
        place = ops.cast(partner, "float32") * ops.arange(12, dtype="float32")
        return {}, {"share": share, "place": place}

    def call(self, weak, share, place):
        return ops.mean(share) + ops.mean(place)


@pytest.mark.parametrize(
    "jit", [pytest.param(True, marks=needs_compiler), False]
)
def test_every_step_draws_anew(jit, network, digits8):
    x, y = digits8
    model = SemiSupervisedModel(network(), Shares(), strong=None)
    model.compile(
        "sgd",
        keras.losses.SparseCategoricalCrossentropy(from_logits=True),
        jit_compile=jit,
    )
    losses = []
    for _ in range(4):
        logs = model.train_on_batch(((x[:4], y[:4]), x[:12]), return_dict=True)
        losses.append(logs["unlabeled_loss"])
        model.reset_metrics()
    assert len(set(np.round(losses, 5))) == 4


def test_the_loss_of_blended_images_is_weighed():
    random = np.random.default_rng(0)
    logits = random.normal(0, 3, (6, 5))
    target = random.dirichlet(np.ones(5), 6)
    weight = random.uniform(0, 2, 6)
    p = np.exp(logits) / np.exp(logits).sum(axis=1, keepdims=True)
    expected = np.mean(weight * -np.sum(target * np.log(p), axis=1))
    loss = blended_loss(logits, target, weight.astype("float32"))
    np.testing.assert_allclose(float(loss), expected, rtol=1e-5)


@pytest.mark.parametrize("alpha", [0, -1.0, 1e9, float("nan")])
def test_an_alpha_without_a_distribution_is_refused(alpha):
    with pytest.raises(ValueError, match="Received: alpha=.*Expected.*Pass"):
        Mixer(alpha)

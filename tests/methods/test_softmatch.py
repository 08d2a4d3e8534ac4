import numpy as np
import pytest
from keras import ops

from keras_ssl.methods import AlignedSoftMatch
from keras_ssl.methods import SoftMatch
from tests.methods import golden

pytestmark = [pytest.mark.core, pytest.mark.eager]


class Oracle:
    """SoftMatch once more, in NumPy and image by image."""

    def __init__(
        self,
        n_sigma,
        momentum,
        probability,
        mean,
        variance,
        *,
        ours=False,
    ):
        self.n_sigma, self.momentum = n_sigma, momentum
        self.probability, self.mean = probability, mean
        self.variance = variance
        self.ours, self.calls = ours, 0

    def follow(self, old, new):
        momentum = self.momentum
        if self.ours and (1 + self.calls) / (10 + self.calls) < momentum:
            momentum = (1 + self.calls) / (10 + self.calls)
        return momentum * old + (1 - momentum) * new

    def __call__(self, weak, strong):
        q = np.exp(weak) / np.exp(weak).sum(axis=1, keepdims=True)
        s = np.exp(strong) / np.exp(strong).sum(axis=1, keepdims=True)
        average = q.mean(axis=0)
        if self.probability is None:
            self.probability = average
        else:
            self.probability = self.follow(self.probability, average)
        aligned = q * (1 / q.shape[1] + 1e-6) / (self.probability + 1e-6)
        best = (aligned / aligned.sum(axis=1, keepdims=True)).max(axis=1)
        self.mean = self.follow(self.mean, best.mean())
        self.variance = self.follow(self.variance, best.var(ddof=1))
        self.calls += 1
        weights, losses = [], []
        learned = aligned if self.ours else q
        for confidence, row_q, row_s in zip(best, learned, s, strict=True):
            distance = (self.mean - confidence) * self.n_sigma
            weight = np.exp(-(distance**2) / (2 * self.variance))
            weights.append(1.0 if distance < 0 else weight)
            losses.append(-np.log(row_s[row_q.argmax()]))
        return np.mean(np.multiply(weights, losses)), np.mean(weights)


def with_state(method, probability, mean, variance):
    method.build((None, len(probability)))
    method.alignment.predictions.value.assign(probability)
    method.mean.value.assign(mean)
    method.variance.value.assign(variance)
    return method


def close(tensor, expected):
    np.testing.assert_allclose(
        ops.convert_to_numpy(tensor), expected, rtol=1e-5, atol=1e-6
    )


def test_golden_vector_from_a_fresh_state():
    method = SoftMatch(momentum=0.9, uniform_start=False)
    method(golden.weak(), golden.strong())
    close(
        method.alignment.predictions.value,
        [0.245617, 0.237005, 0.120068, 0.39731],
    )
    close(method.mean.value, 0.292679)
    close(method.variance.value, 0.90224)
    close(method.mask_ratio.result(), 1.0)
    method(golden.weak(1), golden.strong(1))
    close(method.mean.value, 0.341801)
    np.testing.assert_allclose(float(method.variance.value), 0.8133, atol=5e-5)


def test_golden_vector_from_a_given_state():
    method = with_state(
        SoftMatch(momentum=0.9), [0.4, 0.3, 0.2, 0.1], 0.8, 0.02
    )
    loss = method(golden.weak(), golden.strong())
    close(loss, 1.996479)
    close(method.mean.value, 0.795747)
    np.testing.assert_allclose(float(method.variance.value), 0.0209, atol=5e-5)
    weights = [1, 0.036111, 1, 0.000255, 1, 1]
    close(method.mask_ratio.result(), np.mean(weights))


@pytest.mark.parametrize("ours", [False, True])
@pytest.mark.parametrize("seed", range(3))
def test_numpy_oracle_on_random_states_over_steps(seed, ours):
    random = np.random.default_rng(seed)
    state = random.dirichlet(np.ones(7)), random.uniform(), random.uniform()
    constants = random.uniform(1, 4), random.uniform(0.1, 0.99)
    method = (
        AlignedSoftMatch(*constants, prior="uniform")
        if ours
        else SoftMatch(*constants)
    )
    with_state(method, *state)
    expected = Oracle(*constants, *state, ours=ours)
    for _ in range(5):
        weak, strong = random.normal(0, 2, (2, 50, 7))
        method.mask_ratio.reset_state()
        loss, ratio = expected(weak, strong)
        close(method(weak, strong), loss)
        close(method.mask_ratio.result(), ratio)
        close(method.alignment.predictions.value, expected.probability)
        close(method.variance.value, expected.variance)


@pytest.mark.parametrize("uniform", [True, False])
def test_numpy_oracle_from_the_start(uniform):
    random = np.random.default_rng(0)
    method = SoftMatch(momentum=0.9, uniform_start=uniform)
    expected = Oracle(
        2.0, 0.9, np.full(7, 1 / 7) if uniform else None, 1 / 7, 1
    )
    for _ in range(3):
        weak, strong = random.normal(0, 2, (2, 50, 7))
        loss, _ = expected(weak, strong)
        close(method(weak, strong), loss)


def test_one_image_a_batch_stays_finite():
    method = SoftMatch(momentum=0.0)
    for row in golden.weak():
        assert np.isfinite(float(method(row[None], row[None])))


def test_hidden_labels_count_by_the_weight():
    weak = np.array([[9.0, 0.0], [0.0, 9.0]])
    method = SoftMatch()
    method(weak, weak, hidden=np.array([0, 0]))
    close(method.pseudo_label_accuracy.result(), 0.5)


@pytest.mark.parametrize("argument", ["n_sigma", "momentum"])
def test_a_negative_argument_is_refused(argument):
    with pytest.raises(ValueError, match=f"Received: {argument}"):
        SoftMatch(**{argument: -0.1})


def test_a_prior_moves_the_confidence():
    weak, strong = golden.weak(), golden.strong()
    prior = [0.7, 0.1, 0.1, 0.1]
    method = SoftMatch(momentum=0.9, prior=prior)
    method(weak, strong)
    q = np.exp(weak) / np.exp(weak).sum(axis=1, keepdims=True)
    average = 0.9 * 0.25 + 0.1 * q.mean(axis=0)
    aligned = q * (np.array(prior) + 1e-6) / (average + 1e-6)
    best = (aligned / aligned.sum(axis=1, keepdims=True)).max(axis=1)
    close(method.mean.value, 0.9 * 0.25 + 0.1 * best.mean())


def test_the_prior_of_the_labels_follows_them():
    method = SoftMatch(momentum=0.5, prior="labeled")
    assert method.inputs == ("weak", "strong", "labels")
    method(golden.weak(), golden.strong(), np.eye(4)[[0, 0, 0, 0]])
    close(method.alignment.prior.labels.value, [0.625, 0.125, 0.125, 0.125])


def test_a_prior_that_is_no_distribution_is_refused():
    with pytest.raises(ValueError, match="Divide your class counts"):
        SoftMatch(prior=[10, 20, 30])

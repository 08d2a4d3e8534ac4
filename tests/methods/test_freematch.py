import keras
import numpy as np
import pytest
from keras import ops

from keras_ssl import SemiSupervisedModel
from keras_ssl.methods import FreeMatch
from keras_ssl.methods.freematch import fairness
from tests.methods import golden

pytestmark = [pytest.mark.core, pytest.mark.eager]

STRONG = np.array(
    [
        [2, 0, 0, 0],
        [0, 2, 0, 0],
        [0, 0, 2, 0],
        [0, 0, 0, 2],
        [1, 0.5, 0, 0],
        [0, 1, 0.5, 0],
    ]
)
PROBABILITY = [0.384562, 0.293701, 0.192007, 0.129731]
HISTOGRAM = [0.466667, 0.241667, 0.151667, 0.14]


def softmax(logits):
    return np.exp(logits) / np.exp(logits).sum(axis=1, keepdims=True)


def fairness_oracle(mask, s, probability, histogram):
    """`fairness` once more, class by class and with loops."""
    if not mask.any():
        return 0.0
    s = s[mask]
    best, mean = s.argmax(axis=1).tolist(), s.mean(axis=0)
    counts = [best.count(k) / len(best) for k in range(s.shape[1])]
    present = [m / c if c else 0 for m, c in zip(mean, counts, strict=True)]
    target = probability / histogram
    return sum(
        t / target.sum() * np.log(p / sum(present) + 1e-12)
        for t, p in zip(target, present, strict=True)
    )


class Oracle:
    """FreeMatch once more, in NumPy and image by image."""

    def __init__(self, momentum, weight, clip, threshold, probability, hist):
        self.momentum, self.weight, self.clip = momentum, weight, clip
        self.threshold, self.probability = threshold, probability
        self.histogram = hist

    def follow(self, old, new):
        return self.momentum * old + (1 - self.momentum) * new

    def __call__(self, weak, strong):
        q, s = softmax(weak), softmax(strong)
        best, label = q.max(axis=1), q.argmax(axis=1)
        one_hot = np.eye(q.shape[1])[label]
        self.threshold = self.follow(self.threshold, best.mean())
        self.probability = self.follow(self.probability, q.mean(axis=0))
        self.histogram = self.follow(self.histogram, one_hot.mean(axis=0))
        top = self.probability.max()
        total, mask = 0.0, []
        for confidence, k, row in zip(best, label, s, strict=True):
            threshold = self.threshold * self.probability[k] / top
            passes = confidence >= min(
                max(threshold, self.clip[0]), self.clip[1]
            )
            mask.append(passes)
            total -= np.log(row[k]) if passes else 0.0
        fair = fairness_oracle(
            np.array(mask), s, self.probability, self.histogram
        )
        return total / len(q) + self.weight * fair, np.mean(mask)


def with_state(method, threshold, probability, histogram):
    method.build((None, len(probability)))
    method.threshold.value.assign(threshold)
    method.probability.value.assign(probability)
    method.histogram.value.assign(histogram)
    return method


def close(tensor, expected):
    np.testing.assert_allclose(
        ops.convert_to_numpy(tensor), expected, rtol=1e-5, atol=1e-6
    )


def saf(loss_with, loss_without):
    return float(loss_with) - float(loss_without)


def test_golden_vector_from_a_fresh_state():
    method = FreeMatch(momentum=0.9, fairness_weight=1)
    without = FreeMatch(momentum=0.9, fairness_weight=0)
    views = golden.weak(), golden.strong()
    close(saf(method(*views), without(*views)), -7.982036)
    close(method.threshold.value, 0.29638)
    close(method.probability.value, [0.249562, 0.248701, 0.237007, 0.264731])
    close(method.histogram.value, [0.2416667, 0.2416667, 0.2416667, 0.275])
    views = golden.weak(1), golden.strong(1)
    close(saf(method(*views), without(*views)), -7.545674)
    close(method.threshold.value, 0.345154)
    close(method.mask_ratio.result(), 1.0)


def test_golden_vector_from_a_given_state():
    method = with_state(
        FreeMatch(momentum=0.9, fairness_weight=0),
        0.8,
        [0.4, 0.3, 0.2, 0.1],
        [0.5, 0.25, 0.15, 0.1],
    )
    close(method(golden.weak(), golden.strong()), 2.732173)
    close(method.threshold.value, 0.79138)
    close(method.probability.value, PROBABILITY)
    close(method.histogram.value, HISTOGRAM)
    close(method.mask_ratio.result(), 5 / 6)


@pytest.mark.parametrize(
    ("dropped", "expected"),
    [([], -1.404239), ([4], -1.423199), ([2, 3], -14.646876)],
)
def test_golden_fairness(dropped, expected):
    mask = ~np.isin(np.arange(6), dropped)
    close(fairness(mask, STRONG, PROBABILITY, HISTOGRAM), expected)


def test_nothing_that_passes_is_fair():
    mask = np.zeros(6, "bool")
    assert float(fairness(mask, STRONG, PROBABILITY, HISTOGRAM)) == 0.0


@pytest.mark.parametrize("seed", range(4))
def test_numpy_oracle_on_random_states_over_steps(seed):
    random = np.random.default_rng(seed)
    momentum, weight = random.uniform(0.1, 0.99), random.uniform()
    clip = (
        (0.0, 1.0) if seed < 2 else tuple(sorted(random.uniform(0.3, 0.9, 2)))
    )
    state = random.uniform(), *random.dirichlet(np.ones(7), 2)
    method = with_state(FreeMatch(momentum, weight, clip), *state)
    expected = Oracle(momentum, weight, clip, *state)
    for _ in range(5):
        weak, strong = random.normal(0, 2, (2, 50, 7))
        method.mask_ratio.reset_state()
        loss, ratio = expected(weak, strong)
        close(method(weak, strong), loss)
        close(method.mask_ratio.result(), ratio)
        close(method.threshold.value, expected.threshold)
        close(method.histogram.value, expected.histogram)
    assert 0 < ratio < 1


def test_clip_bounds_what_a_class_needs():
    weak = np.array([[1.0, 0.0]])  # a confidence of 0.73
    for clip, passes in [((0.0, 1.0), 1), ((0.74, 1.0), 0), ((0.0, 0.6), 1)]:
        method = FreeMatch(clip=clip)
        method(weak, weak)
        assert float(method.mask_ratio.result()) == passes


@pytest.mark.skipif(
    keras.backend.backend() != "tensorflow", reason="takes TF's gradients"
)
@pytest.mark.parametrize("passes", [True, False])
def test_classes_that_nothing_predicts_leave_the_gradient_finite(passes):
    import tensorflow as tf

    strong = tf.constant(STRONG[:1], "float32")
    with tf.GradientTape() as tape:
        tape.watch(strong)
        loss = fairness([passes], strong, PROBABILITY, [1.0, 0.0, 0.0, 0.0])
    gradient = tape.gradient(loss, strong)
    assert np.isfinite(gradient).all()


@keras.saving.register_keras_serializable("tests")
class Subclassed(keras.Model):
    def __init__(self, **kwargs):
        super().__init__(**kwargs)
        self.flatten = keras.layers.Flatten()
        self.dense = keras.layers.Dense(4)

    def call(self, images):
        return self.dense(self.flatten(images))


def test_a_subclassed_network_tells_its_classes_when_it_is_called(
    digits8, tmp_path
):
    x, y = digits8
    model = SemiSupervisedModel(Subclassed(), "freematch", strong="cutout")
    model.compile(
        "sgd", keras.losses.SparseCategoricalCrossentropy(from_logits=True)
    )
    batch = ((x[:8], y[:8]), x[8:32])
    model.train_on_batch(batch)
    assert model.method.probability.value.shape == (4,)
    assert float(model.method.threshold.value) != 0.25
    model.save(tmp_path / "model.keras")
    loaded = keras.saving.load_model(tmp_path / "model.keras")
    for a, b in zip(
        model.method.variables, loaded.method.variables, strict=True
    ):
        close(a, ops.convert_to_numpy(b))
    np.testing.assert_allclose(
        loaded.train_on_batch(batch), model.train_on_batch(batch), rtol=1e-5
    )


@pytest.mark.parametrize(
    ("name", "arguments"),
    [
        ("momentum", {"momentum": 1.1}),
        ("fairness_weight", {"fairness_weight": -1}),
        ("clip", {"clip": (-0.1, 0.5)}),
        ("clip", {"clip": (0.9, 0.5)}),
    ],
)
def test_an_argument_outside_its_interval_is_refused(name, arguments):
    with pytest.raises(ValueError, match=f"Received: {name}"):
        FreeMatch(**arguments)


def test_a_prior_takes_the_place_of_the_average_prediction_in_fairness():
    prior = [0.7, 0.1, 0.1, 0.1]
    weak, strong = golden.weak(), golden.strong()
    plain = FreeMatch(momentum=0.9, fairness_weight=0)
    fair = FreeMatch(momentum=0.9, fairness_weight=1.0, prior=prior)
    difference = float(fair(weak, strong)) - float(plain(weak, strong))
    mask = np.ones(6, bool)
    expected = fairness(mask, strong, prior, plain.histogram.value)
    np.testing.assert_allclose(difference, float(expected), rtol=1e-4)
    assert FreeMatch(prior="labeled").inputs == ("weak", "strong", "labels")

import keras
import numpy as np
import pytest
from keras import ops

from keras_ssl.functional import soft_cross_entropy
from keras_ssl.methods.comatch import CoMatch
from keras_ssl.methods.comatch import graph
from keras_ssl.methods.similarity import similarity
from tests.methods import golden
from tests.methods.with_features import Aligned
from tests.methods.with_features import features
from tests.methods.with_features import project
from tests.methods.with_features import randomized
from tests.methods.with_features import softmax

pytestmark = pytest.mark.core

UNLABELED, LABELED, CLASSES, FEATURES = 12, 4, 5, 6
BATCH = UNLABELED + LABELED


class Oracle:
    """CoMatch once more, in NumPy, image by image and link by link."""

    def __init__(self, weights, **constants):
        self.weights, self.constants = weights, constants
        self.align, self.queue = Aligned(32), []

    def smooth(self, q, z):
        c = self.constants
        if len(self.queue) < c["queue_size"]:
            return q
        weights = [np.exp(z @ f / c["temperature"]) for f, _ in self.queue]
        pairs = zip(weights, self.queue, strict=True)
        near = sum(w * label for w, (_, label) in pairs) / sum(weights)
        return c["alpha"] * q + (1 - c["alpha"]) * near

    def contrast(self, p, z, z_2):
        c, total = self.constants, 0.0
        for i, row in enumerate(z):
            sims = np.exp([row @ other / c["temperature"] for other in z_2])
            links = np.array([p[i] @ other for other in p])
            links[i] = 1.0
            links[links < c["graph_threshold"]] = 0.0
            total -= links @ np.log(sims / sims.sum()) / links.sum()
        return total / len(z)

    def __call__(self, weak, strong, f_weak, f_strong, f_strong_2, f_x, y):
        c = self.constants
        z, z_s, z_s2, z_x = (
            project(f, self.weights, 0.1)
            for f in (f_weak, f_strong, f_strong_2, f_x)
        )
        q = self.align(weak)
        p = np.array([self.smooth(*pair) for pair in zip(q, z, strict=True)])
        new = [*zip(z_x, y, strict=True), *zip(z, q, strict=True)]
        self.queue = [*new, *self.queue][: c["queue_size"]]
        log_s = np.log(softmax(strong))
        mask = p.max(axis=1) >= c["threshold"]
        loss = -np.mean(mask * (p * log_s).sum(axis=1))
        contrast = self.contrast(p, z_s, z_s2)
        return loss + c["contrastive_weight"] * contrast, mask.mean()


def draw(random):
    """What `call` takes, in its order."""
    counts = (UNLABELED, UNLABELED, UNLABELED, LABELED)
    drawn = [
        *random.normal(0, 2, (2, UNLABELED, CLASSES)),
        *(random.normal(size=(n, FEATURES)) for n in counts),
        np.eye(CLASSES)[random.integers(0, CLASSES, LABELED)],
    ]
    return [x.astype("float32") for x in drawn]


def close(tensor, expected, rtol=1e-5):
    np.testing.assert_allclose(
        ops.convert_to_numpy(tensor), expected, rtol=rtol, atol=1e-6
    )


def test_golden_contrastive_loss():
    q = ops.convert_to_tensor(softmax(golden.weak()).astype("float32"))
    links = similarity(
        features(0.7, 6).astype("float32"),
        features(1.1, 6).astype("float32"),
        0.2,
    )
    # The reference's log(x + 1e-7) gives 4.332557.
    close(ops.mean(soft_cross_entropy(graph(q, 0.8), links)), 4.332595)


@pytest.mark.parametrize("seed", range(3))
def test_numpy_oracle_on_random_constants_over_steps(seed):
    random = np.random.default_rng(seed)
    constants = {
        "threshold": random.uniform(0.3, 0.4),
        "temperature": random.uniform(0.2, 0.9),
        "alpha": random.uniform(0.2, 0.9),
        "graph_threshold": random.uniform(0.1, 0.5),
        "contrastive_weight": random.uniform(0.5, 2),
        "queue_size": [BATCH, 2 * BATCH, 2 * BATCH + 5][seed],
    }
    method = CoMatch(**constants)
    method.build((None, CLASSES), (None, FEATURES))
    expected = Oracle(randomized(method, random), **constants)
    ratios = []
    for _ in range(5):
        batch = draw(random)
        method.mask_ratio.reset_state()
        loss, ratio = expected(*batch)
        close(method(*batch), loss, rtol=1e-4)
        close(method.mask_ratio.result(), ratio)
        kept = len(expected.queue)
        rows, labels = zip(*expected.queue, strict=True)
        close(method.queue.features[:kept], rows, rtol=1e-4)
        close(method.queue.labels[:kept], labels, rtol=1e-4)
        ratios.append(ratio)
    assert 0 < np.mean(ratios) < 1
    assert kept == constants["queue_size"]


def test_labels_are_smoothed_only_when_the_queue_is_full():
    random = np.random.default_rng(0)
    batches = [draw(random) for _ in range(3)]
    losses = {}
    for alpha in (0.1, 1.0):
        method = CoMatch(alpha=alpha, queue_size=BATCH + 1, threshold=0)
        method.build((None, CLASSES), (None, FEATURES))
        randomized(method, np.random.default_rng(1))
        losses[alpha] = [
            ops.convert_to_numpy(method(*batch)) for batch in batches
        ]
    np.testing.assert_allclose(losses[0.1][:2], losses[1.0][:2])
    assert abs(losses[0.1][2] - losses[1.0][2]) > 0.01


def test_images_without_a_like_one_are_linked_to_themselves_alone():
    close(graph(ops.convert_to_tensor([[0.5, 0.5]] * 3), 0.8), np.eye(3))


@pytest.mark.skipif(
    keras.backend.backend() != "tensorflow", reason="takes TF's gradients"
)
def test_only_strong_views_take_a_gradient():
    import tensorflow as tf

    random = np.random.default_rng(0)
    method = CoMatch(queue_size=BATCH, threshold=0.2)
    method(*draw(random))
    batch = [tf.constant(x) for x in draw(random)]
    with tf.GradientTape() as tape:
        tape.watch(batch)
        loss = method(*batch)
    gradients = tape.gradient(loss, batch)
    moved = {
        name
        for name, gradient in zip(method.inputs, gradients, strict=True)
        if gradient is not None and np.any(gradient)
    }
    assert moved == {"strong", "strong_features", "strong_2_features"}


@pytest.mark.parametrize(
    ("name", "value"),
    [
        ("threshold", -0.1),
        ("temperature", 0),
        ("alpha", 1.1),
        ("graph_threshold", 1.1),
        ("contrastive_weight", -1),
        ("queue_size", 0),
    ],
)
def test_an_argument_outside_its_interval_is_refused(name, value):
    with pytest.raises(ValueError, match=f"Received: {name}"):
        CoMatch(**{name: value})

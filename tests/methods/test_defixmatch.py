import keras
import numpy as np
import pytest
from keras import ops

from keras_ssl.methods import FixMatch
from keras_ssl.methods.defixmatch import DeFixMatch
from tests.methods import golden
from tests.methods import two_steps

pytestmark = [pytest.mark.core, pytest.mark.eager]


def softmax(logits):
    return np.exp(logits) / np.exp(logits).sum(axis=1, keepdims=True)


def penalty(weak, strong, threshold):
    total = 0.0
    for q, s in zip(softmax(weak), softmax(strong), strict=True):
        if q.max() >= threshold:
            total -= np.log(s[q.argmax()])
    return total / len(weak)


def cross_entropy(logits, labels=golden.LABELS):
    right = softmax(logits)[np.arange(len(labels)), labels]
    return -np.log(right).mean()


GOLDEN = (
    golden.weak(),
    golden.strong(),
    golden.labeled(),
    golden.strong()[:4],
)


def test_golden_vector():
    method = DeFixMatch(threshold=0.5)
    loss = method(*GOLDEN)
    np.testing.assert_allclose(
        float(loss), 0.5 * (3.306605 - 3.989378), rtol=1e-5
    )
    supervised = method.labeled_loss(cross_entropy, *GOLDEN[2:])
    np.testing.assert_allclose(supervised, 2.239934, rtol=1e-5)
    np.testing.assert_allclose(supervised + float(loss), 1.898547, rtol=1e-5)


@pytest.mark.parametrize("seed", range(3))
def test_numpy_oracle_on_random_inputs(seed):
    random = np.random.default_rng(seed)
    threshold, weight = random.uniform(0.3, 0.9), random.uniform(0.1, 2)
    method = DeFixMatch(threshold, weight)
    for _ in range(3):
        weak, strong = random.normal(0, 2, (2, 50, 7))
        labeled, labeled_strong = random.normal(0, 2, (2, 9, 7))
        expected = weight * (
            penalty(weak, strong, threshold)
            - penalty(labeled, labeled_strong, threshold)
        )
        loss = method(weak, strong, labeled, labeled_strong)
        np.testing.assert_allclose(float(loss), expected, rtol=1e-5, atol=1e-6)


def test_labeled_images_as_the_unlabeled_ones_cost_nothing():
    views = GOLDEN[2:]
    assert float(DeFixMatch(threshold=0.5)(*views, *views)) == 0.0


def test_what_is_logged_is_of_the_unlabeled_images():
    ours, plain = DeFixMatch(threshold=0.8), FixMatch(threshold=0.8)
    hidden = np.array([3, 2, 3, 0, 1, 0])
    ours(*GOLDEN, hidden=hidden)
    plain(*GOLDEN[:2], hidden=hidden)
    for mine, other in zip(ours.metrics, plain.metrics, strict=True):
        assert float(mine.result()) == float(other.result()), mine.name


@pytest.mark.parametrize(
    ("argument", "value"), [("threshold", 2.1), ("weight", -1)]
)
def test_an_argument_outside_its_interval_is_refused(argument, value):
    with pytest.raises(ValueError, match=f"Received: {argument}={value}"):
        DeFixMatch(**{argument: value})


@pytest.mark.parametrize("strong", ["cutout", None])
def test_fit_takes_the_labeled_loss_of_both_views(strong, digits8):
    # Without BatchNorm and weak augmentation, that of the weak view is known.
    layers = [keras.Input((8, 8, 1)), keras.layers.Flatten()]
    net = keras.Sequential([*layers, keras.layers.Dense(4)])
    x, y = digits8
    method = DeFixMatch(threshold=0)
    _, logs = two_steps.fit(method, net, digits8, rate=0.0, strong=strong)
    weak = cross_entropy(ops.convert_to_numpy(net(x[:8])), y[:8])
    agree = np.isclose(logs["labeled_loss"], weak, rtol=1e-5)
    assert agree.tolist() == [strong is None] * 2
    assert np.all(logs["unlabeled_loss"])


def test_gradients_only_go_through_strong_views():
    # The confident labels of both weak views are constants.
    method = DeFixMatch(threshold=0.5)
    weak, strong, labeled, labeled_strong = GOLDEN
    loss = method(weak, strong, labeled, labeled_strong)
    same = method(1.001 * weak, strong, 1.001 * labeled, labeled_strong)
    assert float(loss) == float(same)
    other = method(weak, strong, labeled, ops.zeros((4, 4)))
    assert float(loss) != float(other)

import keras
import numpy as np
import pytest
from keras import ops

from keras_ssl.methods.simmatch import SimMatch
from tests.methods.with_features import Aligned
from tests.methods.with_features import project
from tests.methods.with_features import randomized
from tests.methods.with_features import softmax
from tests.methods.with_features import unit

pytestmark = pytest.mark.core

UNLABELED, LABELED, CLASSES, FEATURES, IMAGES = 12, 4, 5, 6, 10
CLASS_OF = np.arange(IMAGES) % CLASSES


class Oracle:
    """SimMatch once more, in NumPy and image by image."""

    def __init__(self, weights, **constants):
        self.weights, self.constants = weights, constants
        self.align, self.bank = Aligned(32), {}

    def targets(self, q, z):
        """The smoothed label, and what the bank's images should weigh."""
        near = softmax(self.likeness(z))
        labels = [CLASS_OF[i] for i in self.bank]
        alpha = self.constants["alpha"]
        p = alpha * q
        for label, weight in zip(labels, near, strict=True):
            p[label] += (1 - alpha) * weight
        unfolded = near * q[labels]
        return p, unfolded / unfolded.sum()

    def likeness(self, z):
        t = self.constants["temperature"]
        return np.array([z @ f / t for f in self.bank.values()])

    def update(self, index, z):
        momentum = self.constants["momentum"]
        for i, new in zip(index, z, strict=True):
            old = self.bank.get(i, new)
            self.bank[i] = unit(momentum * old + (1 - momentum) * new)

    def __call__(self, weak, strong, f_weak, f_strong, f_x, _, index):
        c = self.constants
        z, z_s, z_x = (
            project(f, self.weights, 0) for f in (f_weak, f_strong, f_x)
        )
        q, log_s = self.align(weak), np.log(softmax(strong))
        semantic, instance, mask = [], [], []
        for k in range(len(q)):
            p, loss = q[k], 0.0
            if len(self.bank) == IMAGES:
                p, target = self.targets(q[k], z[k])
                loss = -target @ np.log(softmax(self.likeness(z_s[k])))
            mask.append(p.max() >= c["threshold"])
            semantic.append(-(p @ log_s[k]) if mask[-1] else 0.0)
            instance.append(loss)
        self.update(index, z_x)
        weighted = c["instance_weight"] * np.mean(instance)
        return np.mean(semantic) + weighted, np.mean(mask)


def draw(random):
    """What `call` takes, in its order."""
    index = random.permutation(IMAGES)[:LABELED].astype("int32")
    counts = (UNLABELED, UNLABELED, LABELED)
    drawn = [
        *random.normal(0, 2, (2, UNLABELED, CLASSES)),
        *(random.normal(size=(n, FEATURES)) for n in counts),
        np.eye(CLASSES)[CLASS_OF[index]],
    ]
    return [*(x.astype("float32") for x in drawn), index]


def built(seed=0, **constants):
    """The method with random weights, and the weights."""
    method = SimMatch(num_labeled=IMAGES, **constants)
    method.build((None, CLASSES), (None, FEATURES))
    return method, randomized(method, np.random.default_rng(seed))


def close(tensor, expected, rtol=1e-5):
    np.testing.assert_allclose(
        ops.convert_to_numpy(tensor), expected, rtol=rtol, atol=1e-6
    )


@pytest.mark.parametrize("seed", range(3))
def test_numpy_oracle_on_random_constants_over_steps(seed):
    random = np.random.default_rng(seed)
    constants = {
        "threshold": random.uniform(0.3, 0.4),
        "temperature": random.uniform(0.1, 0.9),
        "alpha": random.uniform(0.2, 0.9),
        "instance_weight": random.uniform(0.5, 2),
        "momentum": random.uniform(0.1, 0.9),
    }
    method, weights = built(seed, **constants)
    expected = Oracle(weights, **constants)
    ratios, sizes = [], []
    for _ in range(9):
        batch = draw(random)
        sizes.append(len(expected.bank))
        method.mask_ratio.reset_state()
        loss, ratio = expected(*batch)
        close(method(*batch), loss, rtol=1e-4)
        close(method.mask_ratio.result(), ratio)
        known = sorted(expected.bank)
        rows = ops.convert_to_numpy(method.bank.features)
        close(rows[known], [expected.bank[i] for i in known], rtol=1e-4)
        labels = ops.convert_to_numpy(method.bank.labels)
        close(labels[known], np.eye(CLASSES)[CLASS_OF[known]])
        ratios.append(ratio)
    assert 0 < np.mean(ratios) < 1
    assert LABELED < sizes[2] < sizes[-1] == IMAGES


def fill(method, batch):
    """Lets every labeled image come once."""
    for start in range(0, IMAGES, 2):
        index = np.arange(start, start + LABELED, dtype="int32") % IMAGES
        labels = np.eye(CLASSES, dtype="float32")[CLASS_OF[index]]
        method(*batch[:-2], labels, index)


def test_there_is_no_instance_loss_until_every_image_has_come():
    batch = draw(np.random.default_rng(0))
    plain, weighted = (
        built(instance_weight=weight, threshold=0)[0] for weight in (0, 9)
    )
    for _ in range(2):
        assert float(plain(*batch)) == float(weighted(*batch))
    for method in (plain, weighted):
        fill(method, batch)
    assert float(plain(*batch)) + 1 < float(weighted(*batch))


@pytest.mark.skipif(
    keras.backend.backend() != "tensorflow", reason="takes TF's gradients"
)
def test_only_the_strong_view_takes_a_gradient():
    import tensorflow as tf

    random = np.random.default_rng(0)
    method, _ = built(threshold=0.2)
    fill(method, draw(random))
    *batch, index = draw(random)
    batch = [tf.constant(x) for x in batch]
    with tf.GradientTape() as tape:
        tape.watch(batch)
        loss = method(*batch, index)
    gradients = tape.gradient(loss, batch)
    moved = {
        name
        for name, gradient in zip(method.inputs[:-1], gradients, strict=True)
        if gradient is not None and np.any(gradient)
    }
    assert moved == {"strong", "strong_features"}


def test_by_hand_it_asks_how_many_images_there_are():
    with pytest.raises(
        ValueError, match="(?s)Received: num_labeled=None.*Expected.*pass"
    ):
        SimMatch()(*draw(np.random.default_rng(0)))


def test_the_number_of_images_is_in_the_config():
    method = SimMatch()
    method.set_sizes({"labeled": 7})
    config = method.get_config()
    assert config["num_labeled"] == 7
    assert SimMatch.from_config(config).num_labeled == 7


@pytest.mark.parametrize(
    ("name", "value"),
    [
        ("threshold", -0.1),
        ("temperature", 0),
        ("alpha", 1.1),
        ("instance_weight", -1),
        ("momentum", 1.1),
    ],
)
def test_an_argument_outside_its_interval_is_refused(name, value):
    with pytest.raises(ValueError, match=f"Received: {name}"):
        SimMatch(**{name: value})

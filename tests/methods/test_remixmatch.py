import keras
import numpy as np
import pytest
from keras import ops
from scipy import stats

from keras_ssl import SemiSupervisedModel
from keras_ssl.methods.remixmatch import ReMixMatch
from keras_ssl.methods.remixmatch import Rotation
from tests.methods import golden
from tests.methods.mixing import by_row
from tests.methods.mixing import close
from tests.methods.mixing import draws
from tests.methods.mixing import given
from tests.methods.mixing import log_softmax

pytestmark = [pytest.mark.core, pytest.mark.eager]
VIEWS = ["labeled", "strong", "strong_2", "weak"]
LABELED, UNLABELED, FEATURES = 3, 5, 6


def mean_cross_entropy(target, logits):
    return np.mean(
        [
            -np.sum(t * log_softmax(row))
            for row, t in zip(logits, target, strict=True)
        ]
    )


class Oracle:
    """ReMixMatch once more, in NumPy and row by row."""

    def __init__(self, temperature, rotation_weight, steps, prior):
        self.temperature, self.rotation_weight = temperature, rotation_weight
        self.steps, self.step = steps, 0
        self.seen = [np.full(4, 1 / 4)] * 128
        self.prior = None if prior is None else np.array(prior)
        self.labels = np.full(4, 1 / 4)

    def guess(self, weak, labels):
        q = np.array([np.exp(log_softmax(row)) for row in weak])
        self.seen.append(q.mean(axis=0))
        self.labels = 0.999 * self.labels + 0.001 * labels.mean(axis=0)
        prior = self.labels if self.prior is None else self.prior
        q = q * (prior + 1e-6) / (np.mean(self.seen[-128:], axis=0) + 1e-6)
        q = (q / q.sum(axis=1, keepdims=True)) ** (1 / self.temperature)
        return q / q.sum(axis=1, keepdims=True)

    def loss(self, mixed, target, strong, guess, rotated, turns):
        ramp = min(1, self.step / self.steps)
        self.step += 1
        return (
            1.5 * ramp * mean_cross_entropy(target, mixed)
            + 0.5 * ramp * mean_cross_entropy(guess, strong)
            + self.rotation_weight
            * mean_cross_entropy(np.eye(4)[turns], rotated)
        )


def built(method):
    method.build((None, 4), (None, FEATURES))
    return method


@pytest.mark.parametrize("prior", ["labeled", [0.1, 0.2, 0.3, 0.4]])
def test_numpy_oracle_on_random_inputs_over_steps(prior, monkeypatch):
    random = np.random.default_rng(0)
    constants = random.uniform(0.2, 1), random.uniform(0.1, 2), 3
    method = built(
        ReMixMatch(
            constants[0],
            rotation_weight=constants[1],
            ramp_up_steps=3,
            prior=prior,
        )
    )
    kernel = random.normal(size=(FEATURES, 4))
    method.rotation.head.set_weights([kernel, np.zeros(4)])
    oracle = Oracle(*constants, None if prior == "labeled" else prior)
    for _ in range(5):
        partner, share = draws(random, LABELED + 3 * UNLABELED)
        monkeypatch.setattr(
            method.mixer, "draw", lambda n, d=(partner, share): d
        )
        images, logits, labels = given(
            random, LABELED, UNLABELED, ["weak"], VIEWS[1:3]
        )
        mixed, tensors = method.mix(images, logits, labels)
        guess = oracle.guess(logits["weak"], labels)
        close(tensors["guess"], guess)
        rows = by_row(
            np.concatenate([images[n] for n in VIEWS]), partner, share
        )
        close(mixed["labeled"], rows[:LABELED])
        close(mixed["mixed"], rows[LABELED:])
        targets = by_row(
            np.concatenate([labels, guess, guess, guess]), partner, share
        )
        close(tensors["labeled_target"], targets[:LABELED])
        output = random.normal(0, 2, (3 * UNLABELED, 4)).astype("float32")
        strong = random.normal(0, 2, (UNLABELED, 4)).astype("float32")
        features = random.normal(size=(UNLABELED, FEATURES)).astype("float32")
        turns = ops.convert_to_numpy(tensors["turns"])
        loss = method(
            output,
            tensors["mixed_target"],
            strong,
            tensors["guess"],
            features,
            tensors["turns"],
        )
        rest = targets[LABELED:], strong, guess, features @ kernel, turns
        close(loss, oracle.loss(output, *rest))


def test_golden_vector_of_the_guess(monkeypatch):
    monkeypatch.setattr("keras_ssl.methods.remixmatch.WINDOW", 2)
    prior, predicted = [0.1, 0.2, 0.3, 0.4], [0.25, 0.25, 0.3, 0.2]
    method = built(ReMixMatch(temperature=0.5, prior=prior))
    batch_mean = np.mean(
        np.exp(golden.weak())
        / np.exp(golden.weak()).sum(axis=1, keepdims=True),
        axis=0,
    )
    # One batch before, with which both average to what was predicted.
    window = method.alignment.predictions
    window(2 * np.array(predicted) - batch_mean)
    images, _, labels = given(
        np.random.default_rng(0), 1, 6, ["weak"], VIEWS[1:3]
    )
    _, tensors = method.mix(images, {"weak": golden.weak()}, labels)
    close(tensors["guess"][0], [0.011805, 0.000002, 0.000009, 0.988184])
    close(tensors["guess"][3], [0.336452, 0.000381, 0.011145, 0.652022])


def test_it_turns_the_strong_view():
    random = np.random.default_rng(0)
    images, logits, labels = given(random, 2, 40, ["weak"], VIEWS[1:3])
    mixed, tensors = built(ReMixMatch()).mix(images, logits, labels)
    turns = ops.convert_to_numpy(tensors["turns"])
    assert set(turns) == {0, 1, 2, 3}
    close(
        mixed["rotated"],
        [
            np.rot90(image, turn)
            for image, turn in zip(images["strong"], turns, strict=True)
        ],
    )


def test_without_rotation_it_needs_no_features():
    method = ReMixMatch(rotation_weight=0)
    assert method.inputs == ("mixed", "mixed_target", "strong", "guess")
    assert ReMixMatch().inputs[4:] == ("rotated_features", "turns")
    images, logits, labels = given(
        np.random.default_rng(0), 2, 4, ["weak"], VIEWS[1:3]
    )
    images = {name: image[:, :3] for name, image in images.items()}
    method.build((None, 4))
    mixed, tensors = method.mix(images, logits, labels)
    assert set(mixed) == {"labeled", "mixed"}
    assert set(tensors) == {"labeled_target", "mixed_target", "guess"}
    assert not method.trainable_variables


def subclassed(network):
    class Wrapped(keras.Model):
        def __init__(self):
            super().__init__()
            self.inner = network

        def call(self, images, training=False):
            return self.inner(images, training=training)

    return Wrapped()


def fit(network, x, y, method):
    model = SemiSupervisedModel(
        network, method, weak=None, strong=None, value_range=(0, 1)
    )
    model.compile(
        "adam", keras.losses.SparseCategoricalCrossentropy(from_logits=True)
    )
    return model.fit(
        x[:8], y[:8], unlabeled_data=x, epochs=1, steps_per_epoch=2, verbose=0
    )


def test_without_rotation_any_network_trains(network, digits8):
    logs = fit(subclassed(network()), *digits8, ReMixMatch(rotation_weight=0))
    assert np.isfinite(logs.history["loss"][0])


def test_images_that_are_not_square_are_refused_with_what_to_pass(
    network, digits8
):
    x, y = digits8
    shape, narrow = (8, 6, 1), x[:, :, :6]
    with pytest.raises(ValueError, match="8 x 6.*rotation_weight=0"):
        fit(network(shape=shape), narrow, y, ReMixMatch())
    logs = fit(network(shape=shape), narrow, y, ReMixMatch(rotation_weight=0))
    assert np.isfinite(logs.history["loss"][0])


def test_its_rotation_head_is_trained(network, digits8):
    method = ReMixMatch()
    fit(network(), *digits8, method)
    assert np.any(ops.convert_to_numpy(method.rotation.head.bias))


@pytest.mark.parametrize(
    "argument", ["temperature", "rotation_weight", "ramp_up_steps"]
)
def test_a_negative_argument_is_refused(argument):
    with pytest.raises(ValueError, match=f"Received: {argument}"):
        ReMixMatch(**{argument: -1})


def test_a_prior_that_is_none_is_refused():
    with pytest.raises(ValueError, match="Received: prior='balanced'"):
        ReMixMatch(prior="balanced")


def test_each_image_is_turned_as_said():
    images = np.random.default_rng(0).normal(size=(64, 5, 5, 2))
    images = images.astype("float32")
    turned, turns = Rotation().turn(ops.convert_to_tensor(images))
    turns = ops.convert_to_numpy(turns)
    expected = [np.rot90(*pair) for pair in zip(images, turns, strict=True)]
    np.testing.assert_array_equal(ops.convert_to_numpy(turned), expected)
    assert set(turns) == {0, 1, 2, 3}


def test_turns_are_equally_likely_and_drawn_anew():
    rotation, images = Rotation(), ops.zeros((800, 2, 2, 1))
    first, second = (
        ops.convert_to_numpy(rotation.turn(images)[1]) for _ in range(2)
    )
    assert stats.chisquare(np.bincount(first)).pvalue > 0.01
    assert 0.15 < np.mean(first == second) < 0.35


def test_the_loss_is_that_of_its_dense_layer():
    random = np.random.default_rng(0)
    features = random.normal(size=(6, 3)).astype("float32")
    turns = np.array([0, 1, 2, 3, 0, 2])
    rotation = Rotation()
    rotation.build((None, 3))
    kernel, bias = random.normal(size=(3, 4)), random.normal(size=4)
    rotation.head.set_weights([kernel, bias])
    p = np.exp(features @ kernel + bias)
    p = p / p.sum(axis=1, keepdims=True)
    expected = -np.mean(np.log(p[np.arange(6), turns]))
    np.testing.assert_allclose(
        float(rotation(features, turns)), expected, rtol=1e-5
    )


def test_images_that_are_not_square_are_refused():
    with pytest.raises(
        ValueError, match="Received: images of 4 x 6.*square.*rotation_weight=0"
    ):
        Rotation().turn(ops.zeros((2, 4, 6, 1)))

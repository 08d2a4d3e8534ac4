import numpy as np
import pytest
from keras import ops

from keras_ssl import functional
from keras_ssl.methods.mixmatch import MixMatch
from tests.methods import golden
from tests.methods.mixing import by_row
from tests.methods.mixing import close
from tests.methods.mixing import draws
from tests.methods.mixing import given
from tests.methods.mixing import log_softmax

pytestmark = pytest.mark.core
LABELED, UNLABELED = 3, 5


class Oracle:
    """MixMatch once more, in NumPy and row by row."""

    def __init__(self, temperature, weight, steps):
        self.temperature, self.weight = temperature, weight
        self.steps, self.step = steps, 0

    def guess(self, logits):
        q = [
            (np.exp(log_softmax(a)) + np.exp(log_softmax(b))) / 2
            for a, b in zip(logits["weak"], logits["weak_2"], strict=True)
        ]
        powers = np.array(q) ** (1 / self.temperature)
        return powers / powers.sum(axis=1, keepdims=True)

    def labeled_loss(self, logits, target, weight):
        return np.mean(
            [
                -w * np.sum(t * log_softmax(row))
                for row, t, w in zip(logits, target, weight, strict=True)
            ]
        )

    def loss(self, logits, target):
        errors = [
            np.mean((np.exp(log_softmax(row)) - t) ** 2)
            for row, t in zip(logits, target, strict=True)
        ]
        ramp = min(1, self.step / self.steps)
        self.step += 1
        return ramp * self.weight * np.mean(errors)


@pytest.mark.parametrize("seed", range(3))
def test_numpy_oracle_on_random_inputs_over_steps(seed, monkeypatch):
    random = np.random.default_rng(seed)
    constants = random.uniform(0.2, 1), random.uniform(1, 100)
    method = MixMatch(
        constants[0], weight=constants[1], ramp_up_steps=3, alpha=0.75
    )
    oracle = Oracle(*constants, 3)
    for _ in range(5):
        partner, share = draws(random, LABELED + 2 * UNLABELED)
        monkeypatch.setattr(
            method.mixer, "draw", lambda n, d=(partner, share): d
        )
        images, logits, labels = given(
            random, LABELED, UNLABELED, ["weak", "weak_2"]
        )
        mixed, tensors = method.mix(images, logits, labels)
        guess = oracle.guess(logits)
        close(tensors["guess"], guess)
        names = ["labeled", "weak", "weak_2"]
        rows = by_row(
            np.concatenate([images[n] for n in names]), partner, share
        )
        close(mixed["labeled"], rows[:LABELED])
        close(mixed["mixed"], rows[LABELED:])
        targets = np.concatenate([labels, guess, guess])
        targets = by_row(targets, partner, share)
        labeled = random.normal(0, 2, (LABELED, 4)).astype("float32")
        weight = random.uniform(0, 2, LABELED).astype("float32")
        close(
            method.labeled_loss(labeled, tensors["labeled_target"], weight),
            oracle.labeled_loss(labeled, targets[:LABELED], weight),
        )
        output = random.normal(0, 2, (2 * UNLABELED, 4)).astype("float32")
        close(
            method(output, tensors["mixed_target"], tensors["guess"]),
            oracle.loss(output, targets[LABELED:]),
        )


def test_golden_vector_of_the_guess():
    labels = np.zeros((1, 4), "float32")
    images = {
        "labeled": np.zeros((1, 2, 2, 1), "float32"),
        "weak": np.zeros((6, 2, 2, 1), "float32"),
        "weak_2": np.zeros((6, 2, 2, 1), "float32"),
    }
    logits = {"weak": golden.weak(), "weak_2": golden.strong()}
    _, tensors = MixMatch(temperature=0.5).mix(images, logits, labels)
    close(tensors["guess"][0], [0.06281, 0.000047, 0.000728, 0.936415])
    close(tensors["guess"][3], [0.37404, 0.594982, 0.002765, 0.028212])


def test_a_guess_at_temperature_one_is_the_mean_of_both_views():
    random = np.random.default_rng(0)
    images, logits, labels = given(random, 2, 4, ["weak", "weak_2"])
    _, tensors = MixMatch(temperature=1.0).mix(images, logits, labels)
    q = [functional.pseudo_label(x)[0] for x in logits.values()]
    close(tensors["guess"], (q[0] + q[1]) / 2)


def test_it_logs_the_guesses_and_not_the_blends():
    method = MixMatch()
    guess = np.array([[0.9, 0.1], [0.3, 0.7], [0.6, 0.4]], "float32")
    blends = np.full((6, 2), 0.5, "float32")
    method(blends, blends, guess, hidden=np.array([0, 1, 1]))
    close(method.confidence.result(), (0.9 + 0.7 + 0.6) / 3)
    close(method.pseudo_label_accuracy.result(), 2 / 3)
    close(method.mask_ratio.result(), 1.0)


@pytest.mark.parametrize("argument", ["temperature", "weight", "ramp_up_steps"])
def test_a_negative_argument_is_refused(argument):
    with pytest.raises(ValueError, match=f"Received: {argument}"):
        MixMatch(**{argument: -1})


def test_full_weight_from_the_start_without_a_ramp():
    loss = MixMatch(weight=8.0, ramp_up_steps=0)(
        ops.zeros((1, 2)), ops.array([[1.0, 0.0]]), ops.array([[1.0, 0.0]])
    )
    close(loss, 2.0)

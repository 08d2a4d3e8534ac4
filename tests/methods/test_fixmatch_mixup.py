import numpy as np
import pytest
from keras import ops

from keras_ssl.methods.fixmatch import FixMatch
from keras_ssl.methods.fixmatch_mixup import FixMatchMixUp
from tests.methods.mixing import by_row
from tests.methods.mixing import close
from tests.methods.mixing import draws
from tests.methods.mixing import given
from tests.methods.mixing import log_softmax

pytestmark = pytest.mark.core
LABELED, UNLABELED = 3, 9


def oracle(constants, views, labels, partner, share, weight):
    """FixMatch with mixup once more, in NumPy and row by row."""
    threshold, mixup_weight = constants
    weak, strong, mixed = views
    consistency, pool, sure = [], [], []
    for one_hot, w in zip(labels, weight, strict=True):
        pool.append(w * one_hot)
        sure.append(True)
    for row, other in zip(weak, strong, strict=True):
        q = np.exp(log_softmax(row))
        pool.append(np.eye(4)[q.argmax()])
        sure.append(q.max() >= threshold)
        loss = -log_softmax(other)[q.argmax()]
        consistency.append(loss if sure[-1] else 0.0)
    mixup = [
        -np.sum(target * log_softmax(row)) if sure[p] else 0.0
        for row, target, p in zip(
            mixed, by_row(pool, partner, share), partner, strict=True
        )
    ]
    return np.mean(consistency) + mixup_weight * np.mean(mixup)


@pytest.mark.parametrize("seed", range(3))
@pytest.mark.parametrize("weighed", [True, False])
def test_numpy_oracle_on_random_inputs(seed, weighed, monkeypatch):
    random = np.random.default_rng(seed)
    constants = random.uniform(0.4, 0.8), random.uniform(0.1, 2)
    method = FixMatchMixUp(constants[0], mixup_weight=constants[1])
    partner, share = draws(random, LABELED + UNLABELED)
    monkeypatch.setattr(method.mixer, "draw", lambda count: (partner, share))
    images, logits, labels = given(random, LABELED, UNLABELED, ["weak"])
    mixed, tensors = method.mix(images)
    rows = np.concatenate([images["labeled"], images["weak"]])
    close(mixed["mixed"], by_row(rows, partner, share))
    strong = random.normal(0, 2, (UNLABELED, 4)).astype("float32")
    output = random.normal(0, 2, (LABELED + UNLABELED, 4)).astype("float32")
    weight = random.uniform(0, 2, LABELED).astype("float32")
    views = logits["weak"], strong, output
    inputs = labels, tensors["partner"], tensors["share"]
    if weighed:
        loss = method(*views, *inputs, weight)
    else:
        loss = method(*views, *inputs)
        weight = np.ones(LABELED)
    close(loss, oracle(constants, views, *inputs, weight))


def losses(method, weak, partner, share=0.75):
    """The mixup loss of one labeled image and two unlabeled ones."""
    mixed = np.array([[4.0, 0, 0], [0, 4.0, 0], [0, 0, 4.0]], "float32")
    share = np.full(3, share, "float32")
    inputs = weak, weak, mixed, np.eye(3, dtype="float32")[:1]
    return float(method(*inputs, np.array(partner), share))


def test_an_unsure_partner_does_not_count():
    weak = np.array([[0.0, 0.1, 0.0], [0.0, 0.0, 0.1]], "float32")
    method = FixMatchMixUp()
    assert losses(method, weak, [1, 2, 1]) == 0.0
    assert losses(method, weak, [1, 0, 2]) > 0.1


def test_the_unsure_image_itself_counts_beside_a_sure_partner():
    weak = np.array([[0.0, 0.1, 0.0], [0.0, 0.0, 0.1]], "float32")
    only_own_label = losses(FixMatchMixUp(), weak, [1, 0, 2], share=1.0)
    # The second blend is of class 1 at logits (0, 4, 0).
    close(3 * only_own_label, np.log(2 + np.exp(4)) - 4)


def test_without_mixup_it_is_fixmatch():
    random = np.random.default_rng(0)
    weak, strong = random.normal(0, 3, (2, UNLABELED, 4)).astype("float32")
    partner, share = draws(random, LABELED + UNLABELED)
    mixed = random.normal(size=(LABELED + UNLABELED, 4)).astype("float32")
    labels = np.eye(4, dtype="float32")[:LABELED]
    method, fixmatch = FixMatchMixUp(0.6, mixup_weight=0), FixMatch(0.6)
    loss = method(weak, strong, mixed, labels, partner, share)
    close(loss, fixmatch(weak, strong))
    close(method.mask_ratio.result(), fixmatch.mask_ratio.result())


def test_a_weight_of_zero_takes_a_label_out():
    random = np.random.default_rng(0)
    weak = 9 * np.eye(4, dtype="float32")
    mixed = random.normal(size=(6, 4)).astype("float32")
    partner, share = draws(random, 6)
    weight = np.array([0.0, 1.0], "float32")
    results = [
        FixMatchMixUp()(
            weak, weak, mixed, ops.one_hot([k, 2], 4), partner, share, weight
        )
        for k in range(4)
    ]
    close(ops.stack(results), [float(results[0])] * 4)


@pytest.mark.parametrize("argument", ["threshold", "mixup_weight"])
def test_a_negative_argument_is_refused(argument):
    with pytest.raises(ValueError, match=f"Received: {argument}"):
        FixMatchMixUp(**{argument: -1})

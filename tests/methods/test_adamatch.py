import keras
import numpy as np
import pytest
from keras import ops

from keras_ssl.methods.adamatch import AdaMatch
from keras_ssl.methods.adamatch import between
from tests.methods import golden
from tests.methods import two_steps

pytestmark = [pytest.mark.core, pytest.mark.eager]


def softmax(logits):
    return np.exp(logits) / np.exp(logits).sum(axis=1, keepdims=True)


class Oracle:
    """AdaMatch once more, in NumPy and image by image."""

    def __init__(self, factor, prior, momentum, window, classes, steps=0):
        self.factor, self.momentum = factor, momentum
        self.window, self.steps = window, steps
        self.learns_prior = isinstance(prior, str) and prior == "labeled"
        uniform = np.full(classes, 1 / classes)
        self.prior = uniform if isinstance(prior, str) else np.array(prior)
        self.seen = [uniform] * (window or 0)
        self.average, self.step = None, 0

    def follow(self, old, new):
        return self.momentum * old + (1 - self.momentum) * new

    def current(self, new):
        self.seen.append(new)
        if self.window is not None:
            return np.mean(self.seen[-self.window :], axis=0)
        first = self.average is None
        self.average = new if first else self.follow(self.average, new)
        return self.average

    def ramp(self):
        t = min(1, self.step / self.steps) if self.steps else 1
        self.step += 1
        return 0.5 - np.cos(np.pi * t) / 2

    def __call__(self, weak, strong, labeled):
        p, q, s = softmax(labeled), softmax(weak), softmax(strong)
        if self.learns_prior:
            self.prior = self.follow(self.prior, p.mean(axis=0))
        scale = (self.prior + 1e-6) / (self.current(q.mean(axis=0)) + 1e-6)
        self.cutoff = self.factor * np.mean([row.max() for row in p])
        losses, mask, best = [], [], []
        for row_q, row_s in zip(q, s, strict=True):
            aligned = row_q * scale / np.sum(row_q * scale)
            best.append(aligned.max())
            mask.append(aligned.max() >= self.cutoff)
            losses.append(-np.log(row_s[aligned.argmax()]) * mask[-1])
        self.mask, self.best = mask, best
        return self.ramp() * np.mean(losses)


ALIGNED = [0.517833, 0.683378, 0.477656, 0.749718, 0.759162, 0.865507]


def close(tensor, expected):
    np.testing.assert_allclose(
        ops.convert_to_numpy(tensor), expected, rtol=1e-5, atol=1e-6
    )


def usb(**kwargs):
    return AdaMatch(0.95, window=None, interpolate=False, **kwargs)


def test_golden_vector_of_usb():
    method = usb(momentum=0.9)
    labeled = golden.labeled()
    loss = method(golden.weak(), golden.strong(), labeled)
    close(loss, 2.192624)
    close(method.mask_ratio.result(), 4 / 6)
    close(method.confidence.result(), np.mean(ALIGNED))
    method.mask_ratio.reset_state()
    loss = method(golden.weak(1), golden.strong(1), labeled)
    close(loss, 0.758153)
    close(method.mask_ratio.result(), 5 / 6)


def test_the_oracle_gives_the_golden_vector():
    oracle = Oracle(0.95, "labeled", 0.9, None, 4)
    oracle(golden.weak(), golden.strong(), golden.labeled())
    close(oracle.cutoff, 0.651344)
    close(np.array(oracle.best), ALIGNED)
    assert oracle.mask == [0, 1, 0, 1, 1, 1]
    oracle(golden.weak(1), golden.strong(1), golden.labeled())
    assert oracle.mask == [1, 1, 1, 0, 1, 1]


@pytest.mark.parametrize("seed", range(3))
@pytest.mark.parametrize("window", [None, 2, 128])
def test_numpy_oracle_on_random_inputs_over_steps(seed, window):
    random = np.random.default_rng(seed)
    prior = ["labeled", "uniform", random.dirichlet(np.ones(7)).tolist()][seed]
    factor, momentum = random.uniform(0.5, 1), random.uniform(0.1, 0.99)
    method = AdaMatch(factor, prior, momentum, window=window, ramp_up_steps=3)
    oracle = Oracle(factor, prior, momentum, window, 7, steps=3)
    for _ in range(5):
        weak, strong = random.normal(0, 2, (2, 50, 7))
        labeled = random.normal(0, 2, (9, 7))
        method.mask_ratio.reset_state()
        close(method(weak, strong, labeled), oracle(weak, strong, labeled))
        close(method.mask_ratio.result(), np.mean(oracle.mask))


def test_the_labeled_logits_are_those_between_two_passes():
    random = np.random.default_rng(0)
    weak, strong = random.normal(0, 2, (2, 50, 7))
    labeled, alone = random.normal(0, 2, (2, 9, 7))
    share = random.uniform(size=(9, 7))
    loss = AdaMatch()(weak, strong, labeled, alone, share)
    oracle = Oracle(0.9, "labeled", 0.999, 128, 7)
    close(loss, oracle(weak, strong, share * labeled + (1 - share) * alone))


def test_the_monitors_are_those_of_the_aligned_predictions():
    weak = np.array([[3.0, 0.0], [2.0, 0.0], [0.5, 0.0], [0.0, 1.0]])
    method = AdaMatch(0.0, prior="uniform", window=1)
    method(weak, weak, weak, hidden=np.array([0, 0, 1, 1]))
    assert float(method.pseudo_label_accuracy.result()) == 1.0


@pytest.mark.parametrize(
    ("argument", "value"),
    [
        ("relative_threshold", -0.1),
        ("prior", "balanced"),
        ("momentum", 1.1),
        ("window", 0),
        ("ramp_up_steps", -1),
    ],
)
def test_an_argument_outside_its_interval_is_refused(argument, value):
    with pytest.raises(ValueError, match=f"Received: {argument}="):
        AdaMatch(**{argument: value})


def test_every_argument_is_in_the_config():
    arguments = {
        "relative_threshold": 0.7,
        "prior": [0.25, 0.75],
        "momentum": 0.5,
        "window": 3,
        "interpolate": False,
        "ramp_up_steps": 9,
    }
    config = AdaMatch(**arguments).get_config()
    again = AdaMatch.from_config(config)
    for name, value in arguments.items():
        assert config[name] == getattr(again, name) == value


ALONE = ("labeled_alone", "labeled_strong_alone")


def test_fit_interpolates_and_ramps_up(network, digits8):
    method = AdaMatch(ramp_up_steps=1)
    model, logs = two_steps.fit(method, network(), digits8)
    assert set(ALONE) < set(model.plan.views)
    assert logs["unlabeled_loss"][0] == 0.0
    assert logs["unlabeled_loss"][1] > 0.0


def test_passes_that_agree_leave_the_labeled_loss(digits8):
    # Without BatchNorm and augmentation, all logits of an image are the same.
    layers = [keras.Input((8, 8, 1)), keras.layers.Flatten()]
    net = keras.Sequential([*layers, keras.layers.Dense(4)])
    x, y = digits8
    _, logs = two_steps.fit(AdaMatch(), net, digits8, rate=0.0, strong=None)
    probabilities = softmax(ops.convert_to_numpy(net(x[:8])))
    expected = -np.log(probabilities[np.arange(8), y[:8]]).mean()
    np.testing.assert_allclose(logs["labeled_loss"], expected, rtol=1e-5)


def test_fit_without_interpolation_computes_no_more_than_fixmatch(
    network, digits8
):
    model, logs = two_steps.fit(usb(), network(), digits8)
    assert model.plan.views == ("labeled", "weak", "strong")
    assert logs["unlabeled_loss"][1] > 0.0


def test_between_is_element_by_element():
    random = np.random.default_rng(0)
    start, end, share = random.uniform(size=(3, 5, 4))
    np.testing.assert_allclose(
        ops.convert_to_numpy(between(start, end, share)),
        (1 - share) * start + share * end,
        rtol=1e-6,
    )


def test_shares_are_uniform_and_new_each_time():
    method = AdaMatch()
    labels = np.zeros((500, 10), "float32")
    shares = []
    for _ in range(2):
        views, tensors = method.mix({}, labels)
        assert views == {}
        shares += [ops.convert_to_numpy(x) for x in tensors.values()]
    for share in shares:
        assert share.shape == (500, 10)
        assert 0 <= share.min() < 0.01
        assert 0.99 < share.max() < 1
        assert abs(share.mean() - 0.5) < 0.02
    correlations = np.corrcoef([share.ravel() for share in shares])
    assert np.abs(correlations - np.eye(4)).max() < 0.06


def test_the_loss_is_the_mean_of_both_views_between_their_passes():
    random = np.random.default_rng(0)
    names = "labeled", "labeled_alone", "labeled_strong", "labeled_strong_alone"
    views = dict(zip(names, random.normal(size=(4, 6, 3)), strict=True))
    shares = dict(
        zip(
            ("labeled_share", "labeled_strong_share"),
            random.uniform(size=(2, 6, 3)),
            strict=True,
        )
    )
    seen = []

    def loss(logits):
        seen.append(ops.convert_to_numpy(logits))
        return float(np.sum(seen[-1]))

    value = AdaMatch().labeled_loss(loss, **views, **shares)
    for logits, name, share in zip(
        seen, ("labeled", "labeled_strong"), shares.values(), strict=True
    ):
        expected = share * views[name] + (1 - share) * views[f"{name}_alone"]
        np.testing.assert_allclose(logits, expected, rtol=1e-5, atol=1e-6)
    assert value == pytest.approx(0.5 * (seen[0].sum() + seen[1].sum()))


def test_without_it_there_is_nothing_to_mix_and_no_other_loss():
    method = AdaMatch(interpolate=False)
    assert method.mix is None
    assert method.labeled_loss is None
    assert method.inputs == ("weak", "strong", "labeled")

import numpy as np
import pytest
from keras import ops

from keras_ssl.methods.adamatch import AdaMatch
from keras_ssl.methods.logit_interpolation import between

pytestmark = pytest.mark.core


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

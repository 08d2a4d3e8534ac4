import keras
import numpy as np
import pytest
from keras import ops

from keras_ssl import functional
from keras_ssl.functional import quarter_turn
from tests.methods import golden

pytestmark = pytest.mark.core


def test_supervised_cross_entropy_of_the_golden_vector():
    loss = functional.cross_entropy(golden.LABELS, golden.labeled())
    np.testing.assert_allclose(float(ops.mean(loss)), 2.278760, rtol=1e-5)


def test_confidence_and_label_of_the_golden_vector():
    _, confidence, label = functional.pseudo_label(golden.weak())
    expected = [0.642625, 0.505641, 0.6154, 0.730968, 0.86812, 0.920059]
    np.testing.assert_allclose(
        ops.convert_to_numpy(confidence), expected, rtol=1e-5
    )
    assert ops.convert_to_numpy(label).tolist() == [3, 2, 3, 0, 1, 3]


def test_half_precision_logits_are_judged_in_float32():
    _, confidence, _ = functional.pseudo_label(
        ops.cast([[8.0, 0.0, 0.0]], "float16")
    )
    np.testing.assert_allclose(float(confidence[0]), 0.99932957, rtol=1e-6)


def test_cross_entropy_does_not_overflow():
    loss = functional.cross_entropy([1], [[1000.0, 0.0]])
    assert float(loss[0]) == 1000.0


def test_log_probabilities_serve_as_logits():
    p = np.array([[0.2, 0.3, 0.5]])
    logits = functional.to_logits(p, probabilities=True)
    np.testing.assert_allclose(
        ops.convert_to_numpy(ops.softmax(logits)), p, rtol=1e-5
    )
    same = functional.to_logits(p, probabilities=False)
    np.testing.assert_allclose(ops.convert_to_numpy(same), p, rtol=1e-6)


def test_a_probability_of_zero_stays_finite():
    logits = functional.to_logits([[1.0, 0.0]], probabilities=True)
    assert np.isfinite(ops.convert_to_numpy(logits)).all()


def softmax(logits):
    return np.exp(logits) / np.exp(logits).sum(axis=1, keepdims=True)


def close(tensor, expected, tolerance=1e-5):
    np.testing.assert_allclose(
        ops.convert_to_numpy(tensor), expected, rtol=tolerance, atol=1e-6
    )


def test_sharpened_average_of_the_golden_vector():
    average = (softmax(golden.weak()) + softmax(golden.strong())) / 2
    sharp = functional.sharpen(average, 0.5)
    close(sharp[0], [0.06281, 0.000047, 0.000728, 0.936415])
    close(sharp[3], [0.37404, 0.594982, 0.002765, 0.028212])


def test_aligned_and_sharpened_golden_vector():
    aligned = functional.align(
        softmax(golden.weak()), [0.1, 0.2, 0.3, 0.4], [0.25, 0.25, 0.3, 0.2]
    )
    close(ops.sum(aligned, axis=1), np.ones(6))
    sharp = functional.sharpen(aligned, 0.5)
    close(sharp[0], [0.011805, 0.000002, 0.000009, 0.988184])
    close(sharp[3], [0.336452, 0.000381, 0.011145, 0.652022])


def test_a_temperature_of_one_changes_nothing():
    p = softmax(golden.weak())
    close(functional.sharpen(p, 1.0), p)


def test_a_low_temperature_takes_the_most_likely_of_many_classes():
    p = np.full((1, 1000), 0.9 / 999)
    p[0, 7] = 0.1
    close(functional.sharpen(p, 0.01), np.eye(1000)[[7]])


def test_what_is_never_predicted_aligns_to_finite_values():
    aligned = functional.align([[0.5, 0.5]], 0.5, [1.0, 0.0])
    close(aligned, [[1e-6, 1 - 1e-6]])


def test_kl_divergence_of_random_distributions():
    random = np.random.default_rng(0)
    target = random.dirichlet(np.ones(5), 20)
    logits = random.normal(0, 3, (20, 5))
    expected = np.sum(target * np.log(target / softmax(logits)), axis=1)
    close(functional.kl_divergence(target, logits), expected)
    close(functional.kl_divergence(softmax(logits), logits), np.zeros(20))


def test_kl_divergence_from_a_sure_target_is_the_cross_entropy():
    logits = golden.strong()[:4]
    loss = functional.kl_divergence(np.eye(4), logits)
    close(loss, functional.cross_entropy(np.arange(4), logits))


def test_soft_cross_entropy_of_any_weights():
    random = np.random.default_rng(0)
    target = random.uniform(0, 3, (20, 5))
    logits = random.normal(0, 3, (20, 5))
    expected = -np.sum(target * np.log(softmax(logits)), axis=1)
    close(functional.soft_cross_entropy(target, logits), expected)


def test_soft_cross_entropy_of_a_sure_target_is_the_cross_entropy():
    logits = 1000 * golden.strong()[:4]
    loss = functional.soft_cross_entropy(np.eye(4), logits)
    close(loss, functional.cross_entropy(np.arange(4), logits))


@pytest.mark.parametrize("shape", [(6,), (6, 4), (6, 3, 5, 2)])
def test_blend_of_rows_of_any_shape(shape):
    random = np.random.default_rng(0)
    rows = random.normal(size=shape).astype("float32")
    partner, share = random.permutation(6), random.uniform(0, 1, 6)
    expected = [
        s * row + (1 - s) * rows[p]
        for row, p, s in zip(rows, partner, share, strict=True)
    ]
    tensors = map(
        ops.convert_to_tensor, (rows, partner, share.astype("float32"))
    )
    close(functional.blend(*tensors), expected)


def test_squared_error_of_the_golden_vector():
    loss = functional.squared_error(softmax(golden.weak()), golden.strong())
    close(ops.mean(loss), 0.198572)
    assert loss.shape == (6,)


def test_a_ratio_to_nothing_is_zero():
    close(functional.ratio([1.0, 3.0, 1.0], [2.0, 0.0, 1e-35]), [0.5, 0, 0])
    close(functional.normalize([[1.0, 3.0], [0, 0]]), [[0.25, 0.75], [0, 0]])


def test_half_precision_probabilities_are_treated_in_float32():
    half = ops.cast([[0.75, 0.25]], "float16")
    for tensor in (
        functional.sharpen(half, 0.5),
        functional.align(half, half[0], half[0]),
        functional.kl_divergence(half, half),
    ):
        assert "float32" in str(tensor.dtype)


def test_seeds_are_no_statistics():
    layer = keras.layers.Dropout(0.5)
    layer.build((None, 2))
    assert [functional.is_statistic(v) for v in layer.variables] == [False]


@pytest.mark.parametrize(
    ("shape", "turns"),
    [
        ((8, 4, 4, 3), [0, 1, 2, 3] * 2),
        ((4, 5, 5, 1), [3, 3, 1, 0]),
        ((3, 4, 6, 2), [0, 2, 2]),
    ],
)
def test_equals_numpy(shape, turns):
    images = np.random.default_rng(0).normal(size=shape).astype("float32")
    expected = np.stack(
        [np.rot90(*pair) for pair in zip(images, turns, strict=True)]
    )
    turned = quarter_turn(
        ops.convert_to_tensor(images), ops.convert_to_tensor(turns, "int32")
    )
    np.testing.assert_array_equal(ops.convert_to_numpy(turned), expected)

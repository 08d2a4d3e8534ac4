import keras
import numpy as np
import pytest
from keras import ops

from keras_ssl import SemiSupervisedModel
from keras_ssl.methods.noisy_student import NoisyStudent
from keras_ssl.methods.noisy_student import balanced
from keras_ssl.methods.noisy_student import teacher_labels

pytestmark = [pytest.mark.core, pytest.mark.eager]


def softmax(logits):
    return np.exp(logits) / np.exp(logits).sum(axis=1, keepdims=True)


def filled(table, weight):
    """A method that has these labels."""
    method = NoisyStudent(num_unlabeled=len(weight))
    method.build((None, np.shape(table)[1]))
    method.table.assign(table)
    method.weight.assign(weight)
    return method


def predictions(count, num_classes, seed, spread=2.0):
    """Predictions of which some classes are more frequent than others."""
    random = np.random.default_rng(seed)
    logits = random.normal(0, spread, (count, num_classes))
    return softmax(logits + np.linspace(0, spread, num_classes))


@pytest.mark.parametrize("seed", range(3))
def test_numpy_oracle_on_random_inputs(seed):
    random = np.random.default_rng(seed)
    table = softmax(random.normal(0, 2, (30, 5)))
    weight = random.integers(0, 4, 30)
    index = random.integers(0, 30, 12)
    strong = random.normal(0, 2, (12, 5))
    losses = [
        weight[i] * -(table[i] * np.log(p)).sum()
        for i, p in zip(index, softmax(strong), strict=True)
    ]
    method = filled(table, weight)
    loss = method(strong, index)
    np.testing.assert_allclose(float(loss), np.mean(losses), rtol=1e-5)
    ratio = float(method.mask_ratio.result())
    np.testing.assert_allclose(ratio, np.mean(weight[index] > 0), rtol=1e-6)


def test_an_image_that_counts_twice_costs_as_much_as_two():
    table, strong = [[0.2, 0.8], [0.7, 0.3]], np.array([[1.0, 0], [0, 2]])
    once, twice = filled(table, [1, 1]), filled(table, [2, 1])
    repeated = once(strong[[0, 0, 1]], [0, 0, 1]) * 3
    loss = twice(strong, [0, 1]) * 2
    np.testing.assert_allclose(float(loss), float(repeated), rtol=1e-6)


def test_what_is_logged_is_the_teachers_and_a_ratio_at_most_1():
    table = [[0.9, 0.1], [0.2, 0.8], [0.4, 0.6], [0.7, 0.3]]
    method = filled(table, [5, 3, 0, 1])
    method(np.zeros((4, 2)), [0, 1, 2, 3], hidden=np.array([0, 0, 1, 0]))
    assert float(method.mask_ratio.result()) == 0.75
    np.testing.assert_allclose(float(method.confidence.result()), 0.75)
    right = float(method.pseudo_label_accuracy.result())
    np.testing.assert_allclose(right, 2 / 3, rtol=1e-6)
    assert float(method.pseudo_label_entropy.result()) == 1.0


def test_without_a_teacher_nothing_counts():
    method = NoisyStudent(num_unlabeled=5)
    assert float(method(np.ones((3, 4)), [0, 2, 4])) == 0.0
    assert float(method.mask_ratio.result()) == 0.0
    assert [v.name for v in method.weights] == ["table", "weight"]
    assert method.trainable_weights == []


def test_by_hand_it_must_know_how_many_images_there_are():
    with pytest.raises(ValueError, match=r"Received: num_unlabeled=None.*Pass"):
        NoisyStudent()(np.zeros((1, 2)), [0])


def test_the_config_says_what_was_counted(network, digits8):
    x, y = digits8
    model = SemiSupervisedModel(network(), NoisyStudent(), strong=None)
    model.compile(
        "sgd", keras.losses.SparseCategoricalCrossentropy(from_logits=True)
    )
    assert model.method.get_config()["num_unlabeled"] is None
    data = {"unlabeled_data": x[16:], "steps_per_epoch": 1, "verbose": 0}
    model.fit(x[:16], y[:16], **data)
    assert model.method.get_config()["num_unlabeled"] == 128
    assert model.method.table.shape == (128, 4)
    again = SemiSupervisedModel.from_config(model.get_config())
    assert again.method.weight.shape == (128,)
    with pytest.raises(ValueError, match="112 unlabeled images"):
        model.fit(x[:16], y[:16], include_labeled=False, **data)


def test_labels_by_hand():
    probabilities = [
        [0.9, 0.1, 0.0],  # 0: the two most confident of four are kept
        [0.6, 0.2, 0.2],
        [0.7, 0.2, 0.1],
        [0.5, 0.3, 0.2],
        [0.1, 0.8, 0.1],  # 1: the only one is repeated
        [0.4, 0.3, 0.3],  # not confident
    ]
    table, weight = teacher_labels(probabilities, threshold=0.45)
    assert weight.tolist() == [1, 0, 1, 0, 2, 0]
    np.testing.assert_allclose(table, probabilities, rtol=1e-6)
    assert (table.dtype, weight.dtype) == ("float32", "float32")
    _, weight = teacher_labels(probabilities, threshold=0.45, balance=False)
    assert weight.tolist() == [1, 1, 1, 1, 1, 0]


@pytest.mark.parametrize("seed", range(5))
@pytest.mark.parametrize(("count", "num_classes"), [(200, 4), (333, 10)])
def test_each_kept_class_has_the_same_total(seed, count, num_classes):
    p = predictions(count, num_classes, seed)
    _, weight = teacher_labels(p, threshold=0.5, max_repeats=count)
    label, confidence = p.argmax(axis=1), p.max(axis=1)
    totals = np.bincount(label, weight, minlength=num_classes)
    kept = np.bincount(label[confidence >= 0.5], minlength=num_classes) > 0
    assert (totals[kept] == round(count / num_classes)).all()
    assert (totals[~kept] == 0).all()
    assert (weight[confidence < 0.5] == 0).all()
    assert (weight == np.round(weight)).all()


@pytest.mark.parametrize("seed", range(5))
def test_in_a_class_the_more_confident_count_at_least_as_often(seed):
    p = predictions(300, 5, seed)
    _, weight = teacher_labels(p, threshold=0.4)
    label, confidence = p.argmax(axis=1), p.max(axis=1)
    for each in range(5):
        order = np.flatnonzero(label == each)
        order = order[np.argsort(-confidence[order])]
        assert (np.diff(weight[order]) <= 0).all()
        used = weight[order][weight[order] > 0]
        assert used.max() - used.min() <= 1


def test_no_image_counts_more_often_than_max_repeats():
    p = np.full((100, 2), [0.9, 0.1])
    p[0] = [0.1, 0.9]
    _, weight = teacher_labels(p)
    assert weight[0] == 10.0
    assert weight[1:].sum() == 50.0
    _, weight = teacher_labels(p, max_repeats=3)
    assert weight[0] == 3.0


def test_a_temperature_sharpens_the_labels_and_changes_no_weight():
    p = predictions(50, 3, 0)
    plain, weight = teacher_labels(p)
    sharp, same = teacher_labels(p, temperature=0.5)
    expected = p**2 / (p**2).sum(axis=1, keepdims=True)
    np.testing.assert_allclose(plain, p, rtol=1e-6)
    np.testing.assert_allclose(sharp, expected, rtol=1e-5)
    np.testing.assert_array_equal(weight, same)
    hard, _ = teacher_labels([[0.99, 0.01, 0.0]], temperature=0.01)
    np.testing.assert_allclose(hard, [[1, 0, 0]], atol=1e-6)


def test_nobody_is_sure():
    table, weight = teacher_labels(np.full((7, 3), 1 / 3), threshold=0.9)
    assert np.isfinite(table).all()
    assert (weight == 0).all()


def test_fewer_images_than_classes():
    weight = balanced(np.array([3, 1]), np.array([0.5, 0.9]), 10)
    assert weight.tolist() == [1.0, 1.0]


@pytest.mark.parametrize(
    "wrong", [{"threshold": 1.5}, {"temperature": 0}, {"max_repeats": 0}]
)
def test_wrong_arguments(wrong):
    with pytest.raises(ValueError, match=f"Received: {next(iter(wrong))}="):
        teacher_labels([[0.5, 0.5]], **wrong)


def test_only_the_strong_view_is_computed(network):
    model = SemiSupervisedModel(network(), NoisyStudent(num_unlabeled=9))
    assert model.plan.views == ("labeled", "strong")
    assert model.plan.data == ("index",)
    (one,) = model.plan.passes
    assert one.gradient
    assert ops.shape(model.method.table) == (9, 4)

"""What the model gives to a method's functions, and does with their results."""

import keras
import numpy as np
import pytest
from keras import ops

from keras_ssl import SemiSupervisedModel
from keras_ssl.methods import Method

pytestmark = [pytest.mark.core, pytest.mark.eager]


class Plain(Method):
    def call(self, weak):
        return self.masked_mean(1.0, ops.mean(weak**2, axis=-1))


class OwnLoss(Plain):
    def labeled_loss(self, loss, labeled, labeled_strong):
        return 0.5 * (loss(labeled) + loss(labeled_strong))


class Weighted(Plain):
    def labeled_loss(self, loss, labeled, labels):
        return loss(labeled, sample_weight=labels[:, 1])


class Mixed(Method):
    mixed = ("mixed",)

    def mix(self, images, logits, labels):
        half = 0.5 * (images["labeled"] + images["weak"][:2])
        return {"labeled": half, "mixed": 10 * images["weak"]}, {
            "target": ops.softmax(logits["weak"]),
            "mixed_labels": labels,
        }

    def labeled_loss(self, loss, labeled, mixed_labels, sample_weight):
        return ops.sum(sample_weight * ops.sum(mixed_labels * labeled, axis=-1))

    def call(self, mixed, target):
        return self.masked_mean(1.0, ops.sum(mixed * target, axis=-1))


class Looks(Method):
    def call(self, strong_features, index, labeled_index):
        total = ops.sum(ops.cast(index, "float32")) + ops.sum(
            ops.cast(labeled_index, "float32")
        )
        return total + ops.mean(strong_features)


def network(softmax=False, regularizer=None):
    dense = keras.layers.Dense(
        2,
        activation="softmax" if softmax else None,
        kernel_regularizer=regularizer,
    )
    layers = [
        keras.Input((2, 2, 1)),
        keras.layers.GlobalAveragePooling2D(),
        dense,
    ]
    model = keras.Sequential(layers)
    dense.set_weights([np.array([[1.0, -1.0]]), np.zeros(2)])
    return model


def logs(method, net=None, softmax=False, sample_weight=None, extra=None):
    """The logs of one step at learning rate 0, on constant images."""
    model = SemiSupervisedModel(
        net or network(softmax),
        method,
        weak=None,
        strong=None,
        value_range=(0, 1),
    )
    model.compile(
        keras.optimizers.SGD(0.0),
        keras.losses.SparseCategoricalCrossentropy(from_logits=not softmax),
    )
    x = np.array([0.2, 0.6], "float32").reshape(2, 1, 1, 1) * np.ones((2, 2, 1))
    u = np.array([0.0, 0.4, 1.0], "float32").reshape(3, 1, 1, 1) * np.ones(
        (2, 2, 1)
    )
    inputs = {"labeled": x, "unlabeled": u, **(extra or {})}
    return model.train_on_batch(
        inputs, np.array([0, 1]), sample_weight, return_dict=True
    )


def losses_of_images():
    """The cross entropy of the two labeled images, in NumPy."""
    margin = 2 * np.array([0.2, 0.6])
    return np.log1p(np.exp(np.array([-1, 1]) * margin))


@pytest.mark.parametrize("softmax", [False, True])
def test_a_loss_of_its_own_is_made_of_the_compiled_one(softmax):
    ours = logs(OwnLoss(), softmax=softmax)
    plain = logs(Plain(), softmax=softmax)
    for each in (ours, plain):
        np.testing.assert_allclose(
            each["labeled_loss"], losses_of_images().mean(), rtol=1e-4
        )


def test_regularization_counts_once():
    once = logs(Plain(), network(regularizer=keras.regularizers.L2(0.5)))
    ours = logs(OwnLoss(), network(regularizer=keras.regularizers.L2(0.5)))
    expected = losses_of_images().mean() + 0.5 * 2
    np.testing.assert_allclose(once["labeled_loss"], expected, rtol=1e-4)
    np.testing.assert_allclose(ours["labeled_loss"], expected, rtol=1e-4)


def test_the_methods_weights_multiply_the_users():
    ours = logs(Weighted(), sample_weight=np.array([1.0, 3.0]))
    expected = 3 * losses_of_images()[1] / 2
    np.testing.assert_allclose(ours["labeled_loss"], expected, rtol=1e-4)


def test_mixed_images_go_through_the_network_in_place_of_the_views():
    ours = logs(Mixed(), sample_weight=np.array([1.0, 2.0]))
    half = 0.5 * (np.array([0.2, 0.6]) + np.array([0.0, 0.4]))
    expected = 1 * half[0] * 1 + 2 * half[1] * -1
    np.testing.assert_allclose(ours["labeled_loss"], expected, rtol=1e-4)
    weak = np.array([0.0, 0.4, 1.0])
    p = 1 / (1 + np.exp(-2 * weak))
    expected = np.mean(10 * weak * p - 10 * weak * (1 - p))
    np.testing.assert_allclose(ours["unlabeled_loss"], expected, rtol=1e-4)


def test_features_and_indices_come_by_name():
    extra = {"index": np.array([3, 4, 5]), "labeled_index": np.array([1, 0])}
    ours = logs(Looks(), extra=extra)
    mean = np.mean([0.0, 0.4, 1.0])
    np.testing.assert_allclose(ours["unlabeled_loss"], 13 + mean, rtol=1e-5)


def test_a_missing_index_is_an_error_that_says_what_to_pass():
    with pytest.raises(ValueError, match="Expected 'index' too.*Pass arrays"):
        logs(Looks())


def test_only_what_the_method_fed_is_logged():
    assert set(logs(Plain())) == {
        "loss",
        "labeled_loss",
        "unlabeled_loss",
        "mask_ratio",
    }


def test_fit_gives_indices_of_arrays():
    class Sizes(Looks):
        num_unlabeled = None
        num_labeled = None

    model = SemiSupervisedModel(network(), Sizes(), weak=None, strong=None)
    model.compile("sgd", keras.losses.SparseCategoricalCrossentropy(True))
    x = np.random.default_rng(0).random((10, 2, 2, 1))
    data = {"unlabeled_data": x[4:], "batch_size": 2, "unlabeled_ratio": 5}
    y = np.array([0, 1, 0, 1])
    history = model.fit(x[:4], y, verbose=0, shuffle=False, **data)
    assert model.method.num_unlabeled == 10
    assert model.method.num_labeled == 4
    # One step: all unlabeled indices, and the first or last two labeled ones.
    indices = int(history.history["unlabeled_loss"][0])
    assert indices in (45 + 0 + 1, 45 + 2 + 3)
    with pytest.raises(ValueError, match="num_unlabeled=10"):
        model.fit(x[:4], y, verbose=0, **{**data, "unlabeled_data": x[5:]})

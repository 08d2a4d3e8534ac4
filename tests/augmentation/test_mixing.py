"""What `MixUp` and `CutMix` promise alike."""

import keras
import numpy as np
import pytest

from keras_ssl.augmentation.cutmix import CutMix
from keras_ssl.augmentation.mixup import MixUp
from tests.augmentation.always import compiled

pytestmark = [
    pytest.mark.core,
    pytest.mark.parametrize("mixing", [MixUp, CutMix]),
]
SHAPE = (32, 8, 8, 3)


def batch(**more):
    images = np.random.default_rng(0).uniform(0, 255, SHAPE).astype("float32")
    labels = np.eye(4, dtype="float32")[np.arange(SHAPE[0]) % 4]
    return {"images": images, "labels": labels, **more}


def drawn(layer, size=SHAPE[0]):
    parameters = layer.sample((size, *SHAPE[1:]))
    return {
        name: keras.ops.convert_to_numpy(value)
        for name, value in parameters.items()
    }


def arrays(mixed):
    return [keras.ops.convert_to_numpy(mixed[k]) for k in ("images", "labels")]


def test_partners_are_a_permutation_drawn_anew(mixing):
    layer = mixing(seed=1)
    first, second = (drawn(layer, 2000)["partner"] for _ in range(2))
    assert sorted(first) == list(range(2000))
    assert not np.array_equal(first, second)
    assert abs(np.corrcoef(first, np.arange(2000))[0, 1]) < 0.1


def test_each_image_has_a_share_of_its_own(mixing):
    shares = drawn(mixing(alpha=1.0, seed=1))["share"]
    assert shares.shape == (SHAPE[0],)
    assert len(set(shares)) > 8


def test_mixes_the_share_of_images_that_rate_says(mixing):
    shares = drawn(mixing(alpha=4.0, rate=0.3, seed=1), 2000)["share"]
    assert abs(np.mean(shares < 1) - 0.3) < 0.04


def test_rate_0_changes_nothing(mixing):
    for result, given in zip(
        arrays(mixing(rate=0.0)(batch())), batch().values(), strict=False
    ):
        assert np.array_equal(result, given)


def test_a_batch_of_one_stays(mixing):
    one = {key: value[:1] for key, value in batch().items()}
    for result, given in zip(arrays(mixing()(one)), one.values(), strict=True):
        assert np.array_equal(result, given)


@pytest.mark.parametrize("dtype", ["int32", "float64", "bool"])
def test_one_hot_labels_of_any_dtype_mix_to_probabilities(mixing, dtype):
    inputs = batch(labels=batch()["labels"].astype(dtype))
    _, labels = arrays(mixing(alpha=1.0, seed=1)(inputs))
    _, expected = arrays(mixing(alpha=1.0, seed=1)(batch()))
    assert labels.dtype == np.float32
    assert np.allclose(labels, expected)
    assert np.allclose(labels.sum(axis=-1), 1)
    assert np.any((labels > 0) & (labels < 1))


def test_compiled_equals_eager(mixing):
    results = arrays(compiled(mixing(seed=5), batch()))
    eager = arrays(mixing(seed=5)(batch()))
    for result, expected in zip(results, eager, strict=True):
        assert np.allclose(result, expected, atol=1e-4)


def test_other_entries_pass_through(mixing):
    names = keras.ops.arange(SHAPE[0])
    assert mixing()(batch(names=names))["names"] is names


def test_images_alone_are_rejected_with_what_to_write(mixing):
    name = mixing.__name__
    with pytest.raises(
        ValueError,
        match=rf"Received: images alone.*{name} makes one.*\"labels\": labels",
    ):
        mixing()(batch()["images"])


def test_a_dictionary_without_labels_is_rejected(mixing):
    with pytest.raises(ValueError, match=r"Received: only \['images'\]"):
        mixing()({"images": batch()["images"]})


@pytest.mark.parametrize("shape", [(-1,), (-1, 1)])
def test_classes_as_integers_are_rejected(mixing, shape):
    labels = np.reshape(np.arange(SHAPE[0]) % 4, shape)
    with pytest.raises(
        ValueError,
        match=r"Received: labels of shape \(32,.*one_hot.*to_categorical",
    ):
        mixing()(batch(labels=labels))


def test_the_probability_of_one_class_is_no_integer(mixing):
    labels = batch()["labels"][:, :1]
    _, mixed = arrays(mixing(alpha=1.0, seed=1)(batch(labels=labels)))
    _, expected = arrays(mixing(alpha=1.0, seed=1)(batch()))
    assert np.array_equal(mixed, expected[:, :1])


def test_boxes_are_rejected(mixing):
    boxes = np.zeros((SHAPE[0], 2, 4), "float32")
    with pytest.raises(ValueError, match="Received: bounding_boxes.*Leave"):
        mixing()(batch(bounding_boxes=boxes))


@pytest.mark.parametrize("alpha", [0, -1.0, float("inf"), float("nan")])
def test_rejects_an_alpha_without_a_distribution(mixing, alpha):
    with pytest.raises(ValueError, match="Received: alpha=.*greater.*rate=0"):
        mixing(alpha=alpha)


def test_rejects_a_rate_above_1(mixing):
    with pytest.raises(ValueError, match=r"Received: rate=1.5.*0 to 1"):
        mixing(rate=1.5)


def test_its_config_makes_it_again(mixing):
    config = mixing(alpha=0.7, rate=0.5, seed=3).get_config()
    again = mixing.from_config(config)
    assert (again.alpha, again.rate, again.seed) == (0.7, 0.5, 3)
    assert again.get_config() == config

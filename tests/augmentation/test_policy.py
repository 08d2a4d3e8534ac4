import json

import keras
import numpy as np
import pytest

from keras_ssl.augmentation import CIFAR10_SMALL
from keras_ssl.augmentation import Policy
from keras_ssl.augmentation.transforms import COLOR_GROUPS
from keras_ssl.augmentation.transforms import EVEN
from keras_ssl.augmentation.transforms import SPATIAL_GROUP
from keras_ssl.augmentation.transforms import TRANSFORMS

NAMES = list(TRANSFORMS)


def numpy(value):
    return keras.ops.convert_to_numpy(value)


def images(shape=(12, 10, 10, 3)):
    return np.random.default_rng(0).uniform(size=shape).astype("float32")


def policy(*args, **options):
    return Policy(*args, value_range=(0, 1), seed=0, **options)


def only(name, magnitude):
    """Magnitudes of nothing but one transform."""
    table = dict.fromkeys(TRANSFORMS, [[0.0]] * 5)
    return table | {name: [[magnitude]] * 5}


def test_has_nineteen_transforms_in_four_groups():
    assert [len(group) for group in (*COLOR_GROUPS, SPATIAL_GROUP)] == [
        5,
        6,
        2,
        6,
    ]
    assert len(TRANSFORMS) == 19


def test_does_nothing_unless_told_to():
    x = images()
    assert np.array_equal(numpy(policy()(x)), x)


@pytest.mark.parametrize("name", NAMES)
def test_magnitude_0_is_the_identity(name):
    x = images()
    layer = policy(color_level=5, spatial_level=5, magnitudes=only(name, 0.0))
    assert np.allclose(numpy(layer(x)), x, atol=1e-6)


@pytest.mark.parametrize("name", NAMES)
def test_every_transform_changes_its_share_of_the_images(name):
    x = images((30, 20, 20, 3)) * 0.6 + 0.2
    layer = policy(color_level=1, spatial_level=1, magnitudes=only(name, 1.0))
    (group,) = (g for g in (*COLOR_GROUPS, SPATIAL_GROUP) if name in g)
    changed = np.abs(numpy(layer(x)) - x).max(axis=(1, 2, 3)) > 0.01
    assert changed.sum() == 30 / len(group)


@pytest.mark.parametrize("level", [1, 3, 5])
def test_draws_every_magnitude_of_the_level_and_no_other(level):
    layer = policy(color_level=level)
    drawn = set()
    for hand in layer.sample((900, 8, 8, 3))["colors"]:
        drawn |= set(np.floor(numpy(hand["level"]) * len(EVEN[level - 1])).flat)
    assert drawn == set(range(2 * level + 1))
    assert EVEN[level - 1][-1] == level / 5


def test_takes_magnitudes_from_its_table():
    x = np.full((8, 6, 6, 3), 0.4, "float32")
    table = dict.fromkeys(TRANSFORMS, [[0.0]] * 5)
    table["lower_brightness"] = [[0.0], [0.2, 0.7], [1.0], [1.0], [1.0]]
    values = set()
    layer = policy(color_level=2, magnitudes=table)
    for _ in range(20):
        values |= {
            round(value, 4) for value in numpy(layer(x)).ravel().tolist()
        }
    expected = {0.4, 0.4 * (1 - 0.9 * 0.2), 0.4 * (1 - 0.9 * 0.7)}
    assert values == {round(value, 4) for value in expected}


def test_mirrors_every_other_image():
    x = images((2000, 4, 5, 1))
    result = numpy(policy(mirror=True)(x))
    flipped = np.array(
        [np.allclose(a, b[:, ::-1]) for a, b in zip(result, x, strict=True)]
    )
    same = np.array([np.allclose(a, b) for a, b in zip(result, x, strict=True)])
    assert (flipped ^ same).all()
    assert abs(flipped.mean() - 0.5) < 0.04


def test_turns_by_quarters():
    x = images((400, 5, 5, 1))
    turns = [
        [np.allclose(a, np.rot90(b, k), atol=1e-5) for k in range(4)]
        for a, b in zip(numpy(policy(rotate90=True)(x)), x, strict=True)
    ]
    assert np.sum(turns, axis=1).tolist() == [1] * 400
    assert np.abs(np.mean(turns, axis=0) - 0.25).max() < 0.07


def test_angles_are_uniform_to_both_sides():
    degrees = numpy(policy(rotate=31.0).sample((10_000, 8, 8, 1))["degrees"])
    counts, _ = np.histogram(degrees, bins=20, range=(-31, 31))
    assert counts.sum() == 10_000
    assert np.sum((counts - 500) ** 2 / 500) < 36.2  # 1 % at 19 df


def test_labels_are_mixed_like_the_images_and_smoothed():
    x = np.eye(6, dtype="float32").reshape(6, 1, 1, 6).repeat(4, 1).repeat(4, 2)
    layer = policy(mixup=1.0, cutmix=1.0, label_smoothing=0.1)
    result = layer({"images": x, "labels": np.eye(6)})
    shares = numpy(result["images"]).mean(axis=(1, 2))
    assert not np.allclose(shares, np.eye(6), atol=0.05)
    expected = 0.9 * shares + 0.1 / 6
    assert np.allclose(numpy(result["labels"]), expected, atol=1e-5)


def test_masks_follow():
    mask = np.zeros((16, 12, 12), "uint8")
    mask[:, 3:6, 2:8] = 1
    layer = policy(True, True, spatial_level=2, fill=0.0)
    together = {"images": mask[..., None] * 1.0, "segmentation_masks": mask}
    result = layer(together)
    seen = numpy(result["images"])[..., 0] > 0.5
    assert np.mean(seen == (numpy(result["segmentation_masks"]) == 1)) > 0.98


def test_mixing_needs_labels():
    with pytest.raises(ValueError, match="images alone.*Policy makes one"):
        policy(mixup=0.5)(images())
    with pytest.raises(ValueError, match=r"one_hot\(labels"):
        policy(label_smoothing=0.1)(
            {"images": images(), "labels": np.arange(12)}
        )


def test_a_preset_is_a_policy_as_plain_data():
    again = json.loads(json.dumps(CIFAR10_SMALL))
    layer = Policy(**again)
    config = layer.get_config()
    assert {name: config[name] for name in again} == CIFAR10_SMALL
    assert (layer.rotate, layer.color_level, layer.spatial_level) == (31, 3, 1)


@pytest.mark.parametrize(
    ("arguments", "message"),
    [
        ({"color_level": 6}, "Received: a level of 6.*from 0"),
        ({"spatial_level": 1.5}, "Received: a level of 1.5"),
        ({"rotate": 270}, "Received: rotate=270.*from 0 to 180"),
        ({"mixup": 2}, "Received: mixup=2"),
        ({"label_smoothing": -1}, "Received: label_smoothing=-1"),
        ({"magnitudes": {"solarise": EVEN}}, "Did you mean 'solarize'"),
        ({"magnitudes": {"solarize": [[0.1]]}}, "Expected 5 sequences"),
        ({"magnitudes": {"solarize": [[], [], [], [], []]}}, "Expected 5"),
        ({"magnitudes": {"solarize": [[2.0]] * 5}}, "numbers from 0 to 1"),
    ],
)
def test_bad_arguments(arguments, message):
    with pytest.raises(ValueError, match=message):
        Policy(**arguments)


def test_parts_draw_apart():
    drawn = policy(True, True, mixup=0.5, cutmix=0.5).sample((4000, 8, 8, 3))
    mixup, cutmix = (numpy(each["share"]) < 1 for each in drawn["mixing"])
    assert abs(np.mean(mixup & cutmix) - 0.25) < 0.03
    columns = [drawn["flip"], drawn["quarters"], mixup, cutmix]
    related = np.corrcoef([numpy(each).astype(float) for each in columns])
    assert np.abs(related - np.eye(4)).max() < 0.06


def test_integer_labels_pass_where_nothing_is_mixed():
    labels = np.arange(12)
    result = policy(True)({"images": images(), "labels": labels})["labels"]
    assert np.array_equal(numpy(result), labels)


def test_it_is_saved_as_text(tmp_path):
    table = {"shear_x": [[0.0, 0.5]] * 5}
    policy = Policy(
        True, rotate=31.0, spatial_level=2, magnitudes=table, fill=0.0, seed=3
    )
    policy.save(tmp_path / "policy.json")
    loaded = Policy.load(tmp_path / "policy.json")
    assert loaded.get_config() == policy.get_config()


@pytest.mark.parametrize("text", [None, "", '{"mirror"', "[1]", '{"a": 1}'])
def test_what_is_no_policy_is_refused(text, tmp_path):
    if text is not None:
        (tmp_path / "policy.json").write_text(text)
    with pytest.raises(ValueError, match="Received.*policy.json.*Expected.*P"):
        Policy.load(tmp_path / "policy.json")

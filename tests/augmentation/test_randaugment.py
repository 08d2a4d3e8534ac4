import keras
import numpy as np
import pytest

from keras_ssl.augmentation import RandAugment
from keras_ssl.augmentation import affine
from keras_ssl.augmentation.deck import COLOR
from keras_ssl.augmentation.deck import GEOMETRY
from keras_ssl.augmentation.randaugment import VARIANTS
from tests.backends import slow_on_jax

pytestmark = pytest.mark.core
NAMES = list(VARIANTS["symmetric"])
DRAWS = 10_000


def numpy(value):
    return keras.ops.convert_to_numpy(value)


def drawn(layer, batch=DRAWS):
    """One row a draw that is applied: operation, level, sign."""
    hands = layer.sample((batch, 8, 8, 3))
    rows = []
    for hand in hands:
        hand = {name: numpy(value) for name, value in hand.items()}
        row = np.indices(hand["applied"].shape)[0]
        chosen = hand["applied"]
        columns = (row, hand["level"], hand["sign"])
        rows.append(np.stack([column[chosen] for column in columns], axis=-1))
    return np.concatenate(rows)


def test_knows_the_fourteen_operations():
    assert len(NAMES) == 14
    for variant in VARIANTS.values():
        assert list(variant) == NAMES
    assert set(NAMES) - {"identity"} <= set(COLOR) | set(GEOMETRY)


@pytest.mark.parametrize(("rate", "num_ops"), [(0.5, 2), (1.0, 3), (0.2, 1)])
def test_each_operation_comes_as_often_as_it_should(rate, num_ops):
    rows = drawn(RandAugment(num_ops, rate=rate, seed=0))
    assert abs(len(rows) - DRAWS * rate * num_ops) < 3 * np.sqrt(DRAWS)
    counts = np.bincount(rows[:, 0].astype(int), minlength=14)
    expected = DRAWS * rate * num_ops / 14
    assert np.sum((counts - expected) ** 2 / expected) < 27.7  # 1 %, 13 df


@pytest.mark.parametrize("magnitude", [1.0, 0.4])
def test_levels_and_signs_come_as_often_as_they_should(magnitude):
    rows = drawn(RandAugment(2, magnitude, seed=0))
    for operation in range(14):
        _, level, sign = rows[rows[:, 0] == operation].T
        assert level.max() < magnitude
        tenths = np.floor(10 * level / magnitude).astype(int)
        counts = np.bincount(tenths + 10 * (sign > 0), minlength=20)
        expected = len(level) / 20
        distance = np.sum((counts - expected) ** 2 / expected)
        assert distance < 49  # 1 % at 19 df, for each of 28 tests


def test_operations_of_an_image_are_drawn_apart():
    hands = RandAugment(2, rate=1.0, seed=0).sample((DRAWS, 8, 8, 3))
    first, second = (np.full(DRAWS, -1) for _ in range(2))
    for operations, hand in zip((first, second), hands, strict=True):
        image, applied = numpy(hand["image"]), numpy(hand["applied"])
        row = np.indices(image.shape)[0]
        operations[image[applied]] = row[applied]
    both = (first >= 0) & (second >= 0)
    counts = np.bincount(14 * first[both] + second[both], minlength=196)
    expected = both.sum() / 196
    assert np.sum((counts - expected) ** 2 / expected) < 245  # 1 %, 195 df


LEVELS = np.linspace(0.05, 0.95, 10).astype("float32")
EXPECTED = {
    ("symmetric", "brightness"): 1 + 0.9 * LEVELS,
    ("symmetric", "rotate"): 30 * LEVELS,
    ("symmetric", "posterize"): np.round(8 - 4 * LEVELS),
    ("symmetric", "solarize"): 256 * (1 - LEVELS),
    ("fixmatch", "contrast"): [
        0.28,
        0.46,
        0.64,
        0.82,
        1.0,
        1.0,
        1.18,
        1.36,
        1.54,
        1.72,
    ],
    ("fixmatch", "posterize"): [4, 4, 3, 3, 2, 2, 2, 2, 1, 1],
    ("fixmatch", "solarize"): [231, 205, 180, 154, 128, 128, 103, 77, 52, 26],
    ("fixmatch", "rotate"): [3, 6, 9, 12, 15, 15, 18, 21, 24, 27],
    ("torchssl", "color"): 0.05 + 0.9 * LEVELS,
    ("torchssl", "posterize"): [4, 4, 5, 5, 5, 6, 6, 7, 7, 7],
    ("torchssl", "solarize"): 256 * LEVELS,
    ("torchssl", "translate_x"): 0.3 * LEVELS,
}


@pytest.mark.parametrize(("variant", "name"), EXPECTED)
def test_strengths(variant, name):
    level, sign = map(
        keras.ops.convert_to_tensor, (LEVELS, np.ones_like(LEVELS))
    )
    result = numpy(VARIANTS[variant][name](level, sign))
    assert np.allclose(result, EXPECTED[variant, name], atol=1e-4)


def one_by_one(image, index, hands, layer):
    """The definition: the operations of one image, one after the other."""
    matrix = affine.identity(1)
    scale = 255 / (layer.high - layer.low)
    image = keras.ops.convert_to_tensor((image[None] - layer.low) * scale)
    for hand in hands:
        hit = (numpy(hand["image"]) == index) & numpy(hand["applied"])
        for row, column in np.argwhere(hit):
            name = list(VARIANTS[layer.variant])[row]
            level, sign = (
                hand[key][row, column : column + 1] for key in ("level", "sign")
            )
            strength = VARIANTS[layer.variant][name](level, sign)
            if name in COLOR:
                image = COLOR[name][0](image, strength)
            if name in GEOMETRY:
                step = GEOMETRY[name](strength, *image.shape[1:3])
                matrix = keras.ops.matmul(matrix, step)
    seen = affine.warp(image / scale + layer.low, matrix, fill=layer.fill)
    return numpy(seen)[0]


@pytest.mark.parametrize("variant", VARIANTS)
@pytest.mark.parametrize("batch", [5, slow_on_jax(40)])
def test_equals_the_operations_one_by_one(variant, batch):
    layer = RandAugment(
        3, rate=0.9, variant=variant, fill=0.0, value_range=(0, 1), seed=3
    )
    images = np.random.default_rng(0).uniform(size=(batch, 9, 12, 3))
    images = images.astype("float32")
    hands = layer.sample(images.shape)
    result = numpy(layer.transform(keras.ops.convert_to_tensor(images), hands))
    expected = [
        one_by_one(image, index, hands, layer)
        for index, image in enumerate(images)
    ]
    close = np.isclose(result, np.stack(expected), atol=1e-4)
    assert close.mean() > 0.999  # a rounded place may fall to the next pixel


@pytest.mark.parametrize("value_range", [(0, 1), (0, 255)])
def test_magnitude_or_rate_0_is_the_identity(value_range):
    images = np.random.default_rng(0).uniform(*value_range, (64, 7, 9, 3))
    images = images.astype("float32")
    for options in ({"magnitude": 0.0}, {"rate": 0.0}):
        layer = RandAugment(3, value_range=value_range, seed=0, **options)
        assert np.allclose(numpy(layer(images)), images, rtol=1e-6, atol=1e-7)


def test_equal_images_come_out_different():
    images = np.random.default_rng(0).uniform(0, 255, (1, 16, 16, 3))
    result = numpy(RandAugment(3, rate=1.0, seed=0)(images.repeat(50, axis=0)))
    assert len({image.tobytes() for image in result}) == 50


def test_masks_and_boxes_follow_the_images():
    layer = RandAugment(4, rate=1.0, fill=0.0, seed=0)
    mask = np.zeros((32, 24, 24), "int32")
    mask[:, 8:15, 6:18] = 3
    result = layer(
        {
            "images": np.repeat((mask > 0)[..., None] * 200.0, 3, axis=-1),
            "segmentation_masks": mask,
            "bounding_boxes": np.tile([[[6.0, 8.0, 18.0, 15.0]]], (32, 1, 1)),
        }
    )
    moved = numpy(result["segmentation_masks"])
    assert moved.shape == mask.shape
    assert moved.dtype == mask.dtype
    assert set(np.unique(moved)) == {0, 3}
    boxes = numpy(result["bounding_boxes"])[:, 0]
    for place, (left, top, right, bottom) in zip(moved, boxes, strict=True):
        rows, columns = np.nonzero(place)
        found = columns.min(), rows.min(), columns.max() + 1, rows.max() + 1
        assert np.abs(np.subtract(found, (left, top, right, bottom))).max() < 2


@pytest.mark.parametrize(
    ("arguments", "message"),
    [
        ({"magnitude": 9}, r"Received: magnitude=9.*from 0 to 1"),
        ({"rate": -1}, r"Received: rate=-1.*from 0 to 1"),
        ({"variant": "fixmach"}, r"Did you mean 'fixmatch'"),
        ({"num_ops": 0}, r"Received: num_ops=0.*1 or more"),
        ({"num_ops": (0, 255)}, r"the keyword value_range"),
        ({"fill": 128}, r"Received: fill=128.*0 \(black\)"),
        ({"magnitude": 0.5, "variant": "fixmatch"}, r"authors fixed"),
        ({"interpolation": "cubic"}, r"Received: interpolation='cubic'"),
    ],
)
def test_bad_arguments(arguments, message):
    with pytest.raises(ValueError, match=message):
        RandAugment(**arguments)


def test_values_out_of_range_stay_with_their_image():
    x = np.random.default_rng(0).uniform(0, 255, (30, 16, 16, 3))
    wild = x.copy()
    wild[::2] = 2 * wild[::2] - 100
    layer = RandAugment(3, rate=1.0, seed=0)
    drawn = layer.sample(x.shape)
    tame, other = (
        numpy(
            layer.transform(keras.ops.convert_to_tensor(each, "float32"), drawn)
        )
        for each in (x, wild)
    )
    assert np.allclose(tame[1::2], other[1::2], atol=1e-3)


def test_shifts_are_as_far_to_either_side():
    shares = keras.ops.convert_to_tensor(
        np.array([0.05, 0.125, 0.3], "float32")
    )
    for side in (16, 28, 48):
        there = numpy(GEOMETRY["translate_x"](shares, side, side))[:, 0, 2]
        back = numpy(GEOMETRY["translate_x"](-shares, side, side))[:, 0, 2]
        assert np.array_equal(there, -back)

import keras
import numpy as np
import pytest

from keras_ssl.augmentation import affine
from keras_ssl.augmentation.random_rotation90 import RandomRotation90
from tests.augmentation.always import compiled

pytestmark = pytest.mark.core


def tensor(array, dtype="float32"):
    return keras.ops.convert_to_tensor(array, dtype)


def draw(layer, shape):
    return keras.ops.convert_to_numpy(layer.sample(shape))


def images(*shape):
    return np.random.default_rng(0).normal(size=shape).astype("float32")


@pytest.mark.parametrize(
    ("shape", "turns"),
    [
        ((8, 8, 8, 3), [0, 1, 2, 3] * 2),
        ((4, 7, 7, 4), [3, 2, 1, 0]),
        ((3, 5, 8, 1), [0, 2, 2]),
        ((1, 6, 3, 3), [2]),
    ],
)
def test_equals_numpy(shape, turns):
    x = images(*shape)
    expected = np.stack(
        [np.rot90(*pair) for pair in zip(x, turns, strict=True)]
    )
    layer, turns = RandomRotation90(), tensor(turns, "int32")
    assert np.array_equal(layer.transform(tensor(x), turns), expected)
    seen = affine.warp(tensor(x), layer.matrix(turns, shape))
    assert np.array_equal(seen, expected)


@pytest.mark.parametrize("side", [8, 9])
def test_its_matrix_has_no_rounding_error(side):
    turns = tensor([0, 1, 2, 3], "int32")
    matrix = RandomRotation90().matrix(turns, (4, side, side, 1))
    assert np.asarray(matrix)[:, :2].tolist() == [
        [[1, 0, 0], [0, 1, 0]],
        [[0, -1, side], [1, 0, 0]],
        [[-1, 0, side], [0, -1, side]],
        [[0, 1, 0], [-1, 0, side]],
    ]


@pytest.mark.parametrize(
    ("rate", "shape", "chances"),
    [
        (1.0, (4000, 8, 8, 3), [0.25, 0.25, 0.25, 0.25]),
        (0.4, (4000, 8, 8, 3), [0.7, 0.1, 0.1, 0.1]),
        (1.0, (4000, 8, 9, 3), [0.5, 0, 0.5, 0]),
        (0.4, (4000, 8, 9, 3), [0.8, 0, 0.2, 0]),
        (0.0, (4000, 8, 8, 3), [1, 0, 0, 0]),
    ],
)
def test_turns_are_as_likely_as_said(rate, shape, chances):
    turns = draw(RandomRotation90(rate, seed=1), shape)
    counts = np.bincount(turns, minlength=4) / len(turns)
    assert np.allclose(counts, chances, atol=0.025)
    assert np.all(counts[np.array(chances) == 0] == 0)


def test_rate_0_changes_nothing():
    x = images(8, 5, 5, 3)
    assert np.array_equal(RandomRotation90(rate=0.0)(x), x)


@pytest.mark.parametrize("shape", [(16, 8, 8), (16, 6, 9)])
def test_masks_turn_exactly_as_numpy_turns(shape):
    masks = np.random.default_rng(0).integers(0, 200, shape, "int32")
    inputs = {
        "images": masks[..., None].astype("float32"),
        "segmentation_masks": masks,
    }
    result = RandomRotation90(seed=2)(inputs)["segmentation_masks"]
    turns = draw(RandomRotation90(seed=2), (*shape, 1))
    expected = [np.rot90(*pair) for pair in zip(masks, turns, strict=True)]
    assert len(set(turns)) == (4 if shape[1] == shape[2] else 2)
    assert np.array_equal(result, np.stack(expected))


@pytest.mark.parametrize("width", [12, 9])
def test_boxes_lie_where_their_pixels_go(width):
    x = np.zeros((16, 12, width, 1), "float32")
    x[:, 2:5, 1:8] = 1.0
    boxes = np.tile([[[1.0, 2.0, 8.0, 5.0]]], (16, 1, 1))
    result = RandomRotation90(seed=1)({"images": x, "bounding_boxes": boxes})
    views, moved = map(np.asarray, result.values())
    for view, box in zip(views[..., 0], moved[:, 0], strict=True):
        (top, bottom), (left, right) = (
            np.flatnonzero(view.any(axis=axis))[[0, -1]] for axis in (1, 0)
        )
        expected = [left, top, right + 1, bottom + 1]
        assert np.allclose(box, expected, atol=1e-4)


def test_compiled_equals_eager():
    x = images(16, 8, 8, 3)
    layer = RandomRotation90(seed=5)
    eager = RandomRotation90(seed=5)(x)
    assert np.array_equal(compiled(layer, x), eager)


def test_rejects_a_rate_above_1():
    with pytest.raises(ValueError, match=r"Received: rate=90.*0 to 1"):
        RandomRotation90(rate=90)


def test_its_config_makes_it_again():
    config = RandomRotation90(0.5, seed=3).get_config()
    assert RandomRotation90.from_config(config).get_config() == config

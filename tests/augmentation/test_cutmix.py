import keras
import numpy as np
import pytest
from scipy import stats

from keras_ssl.augmentation.cutmix import CutMix
from tests.backends import once
from tests.backends import slow_on_jax

pytestmark = pytest.mark.core


def draw(layer, shape):
    drawn = layer.sample(shape)
    names = ("partner", "box", "share")
    return drawn, *(keras.ops.convert_to_numpy(drawn[name]) for name in names)


def paste(batch, partner, boxes):
    """The definition, image by image."""
    result = batch.copy()
    for image, other, (left, top, right, bottom) in zip(
        result, partner, boxes, strict=True
    ):
        image[top:bottom, left:right] = batch[other, top:bottom, left:right]
    return result


def authors_draw(side, alpha, generator):
    """`rand_bbox` of the paper's authors: the box's left, and the share."""
    share = generator.beta(alpha, alpha)
    cut = int(side * np.sqrt(1.0 - share))
    middle = generator.integers(side, size=2)
    low = np.clip(middle - cut // 2, 0, side)
    high = np.clip(middle + cut // 2, 0, side)
    return low[0], 1 - np.prod(high - low) / side**2


@pytest.mark.parametrize(
    "shape",
    [(32, 9, 14, 1), slow_on_jax((32, 8, 8, 3)), slow_on_jax((32, 4, 3, 4))],
)
def test_pastes_the_box_of_the_partner(shape):
    images = np.random.default_rng(0).normal(size=shape).astype("float32")
    layer = CutMix(seed=1)
    drawn, partner, boxes, _ = draw(layer, shape)
    result = layer.transform(keras.ops.convert_to_tensor(images), drawn)
    expected = paste(images, partner, boxes)
    assert np.array_equal(keras.ops.convert_to_numpy(result), expected)
    assert not np.array_equal(expected, images)


@pytest.mark.parametrize("shape", [(32, 9, 14, 1), slow_on_jax((32, 8, 8, 1))])
def test_labels_say_whose_pixels_there_are(shape):
    owner = np.arange(shape[0])
    images = np.broadcast_to(owner[:, None, None, None], shape)
    inputs = {"images": images, "labels": np.eye(shape[0])}
    mixed = CutMix(seed=1)(inputs)
    pixels = keras.ops.convert_to_numpy(mixed["images"])
    shares = np.mean(pixels == owner, axis=(1, 2))
    assert np.allclose(mixed["labels"], shares, atol=1e-6)
    assert np.any((shares > 0) & (shares < 1))


@once
@pytest.mark.parametrize("alpha", [0.2, 1.0, 4.0])
def test_boxes_and_shares_are_those_of_the_authors(alpha):
    generator = np.random.default_rng(3)
    draws = [authors_draw(256, alpha, generator) for _ in range(2000)]
    lefts, shares = zip(*draws, strict=True)
    _, partner, boxes, share = draw(CutMix(alpha, seed=2), (2000, 256, 256, 3))
    assert stats.ks_2samp(share, shares).pvalue > 0.01
    assert stats.ks_2samp(boxes[:, 0], lefts).pvalue > 0.01
    assert stats.ks_2samp(boxes[:, 1], lefts).pvalue > 0.01
    assert abs(np.corrcoef(partner, share)[0, 1]) < 0.05


def test_boxes_have_the_shape_of_the_image_and_lie_inside():
    _, _, boxes, share = draw(CutMix(seed=2), (2000, 60, 90, 3))
    left, top, right, bottom = boxes.T
    assert (boxes >= 0).all()
    assert (right <= 90).all()
    assert (bottom <= 60).all()
    whole = (left > 0) & (top > 0) & (right < 90) & (bottom < 60)
    width, height = (right - left)[whole], (bottom - top)[whole]
    assert np.abs(width - 1.5 * height).max() < 2
    kept = 1 - (right - left) * (bottom - top) / (60 * 90)
    assert np.allclose(share, kept, atol=1e-6)


def test_masks_are_pasted_in_the_same_box():
    masks = np.random.default_rng(0).integers(0, 5, (32, 9, 14), "int32")
    images = np.repeat(masks[..., None], 3, axis=-1).astype("float32")
    inputs = {
        "images": images,
        "labels": np.eye(32),
        "segmentation_masks": masks,
    }
    mixed = CutMix(seed=1)(inputs)
    moved = keras.ops.convert_to_numpy(mixed["segmentation_masks"])
    pixels = keras.ops.convert_to_numpy(mixed["images"])
    assert moved.dtype == np.int32
    assert np.array_equal(moved, pixels[..., 0])
    assert not np.array_equal(moved, masks)

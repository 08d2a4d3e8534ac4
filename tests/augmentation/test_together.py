"""Labels, masks and boxes beside the images."""

import keras
import numpy as np
import pytest

from keras_ssl.augmentation import CropAndFlip
from keras_ssl.augmentation import Cutout
from keras_ssl.augmentation import LayerAugmentation
from keras_ssl.augmentation import MixUp
from keras_ssl.augmentation import Pipeline
from keras_ssl.augmentation import RandAugment
from keras_ssl.augmentation import RandomResizedCrop

pytestmark = pytest.mark.core
BOX = (4, 5, 10, 13)


def numpy(value):
    return keras.ops.convert_to_numpy(value)


def scene(batch=16, side=16):
    left, top, right, bottom = BOX
    mask = np.zeros((batch, side, side), "int32")
    mask[:, top:bottom, left:right] = 2
    return {
        "images": np.repeat((mask[..., None] > 0) * 1.0, 3, axis=-1),
        "labels": np.arange(batch),
        "segmentation_masks": mask,
        "bounding_boxes": np.tile(np.array([[BOX]], "float32"), (batch, 1, 1)),
        "weight": np.full(batch, 0.5, "float32"),
    }


@pytest.mark.parametrize(
    "layer",
    [
        CropAndFlip(0.1, value_range=(0, 1), seed=0),
        RandomResizedCrop((0.4, 1.0), interpolation="nearest", seed=0),
        Pipeline(
            [CropAndFlip(0.06, seed=1), CropAndFlip(0.06, seed=2)],
            value_range=(0, 1),
        ),
    ],
)
def test_masks_and_boxes_move_with_the_images(layer):
    before = scene()
    after = layer(before)
    mask = numpy(after["segmentation_masks"])
    assert np.array_equal(mask == 2, numpy(after["images"])[..., 0] == 1)
    assert mask.dtype == np.int32
    boxes = numpy(after["bounding_boxes"])[:, 0]
    assert (boxes != BOX).any()
    for place, (left, top, right, bottom) in zip(mask, boxes, strict=True):
        rows, columns = np.nonzero(place)
        found = columns.min(), rows.min(), columns.max() + 1, rows.max() + 1
        assert np.abs(np.subtract(found, (left, top, right, bottom))).max() <= 1
    assert np.array_equal(numpy(after["labels"]), before["labels"])
    assert np.array_equal(numpy(after["weight"]), before["weight"])


def test_what_does_not_move_leaves_masks_and_boxes():
    before = scene()
    after = Cutout(value_range=(0, 1), seed=0)(before)
    assert not np.array_equal(numpy(after["images"]), before["images"])
    for name in ("segmentation_masks", "bounding_boxes"):
        assert np.array_equal(numpy(after[name]), before[name])


def test_masks_may_have_a_channel_axis_and_any_dtype():
    before = scene()
    before["segmentation_masks"] = before["segmentation_masks"][..., None] / 2.0
    after = RandAugment(rate=1.0, seed=0)(before)["segmentation_masks"]
    assert numpy(after).shape == (16, 16, 16, 1)
    assert set(np.unique(numpy(after))) == {0.0, 1.0}


@pytest.mark.parametrize("key", ["segmentation_masks", "bounding_boxes"])
def test_nothing_can_follow_a_foreign_layer(key):
    foreign = LayerAugmentation(keras.layers.RandomContrast(0.5))
    inputs = {name: scene()[name] for name in ("images", key)}
    for layer in (foreign, Pipeline([CropAndFlip(), foreign])):
        with pytest.raises(ValueError, match=f"Received: .'{key}'.*by itself"):
            layer(inputs)


def test_a_pipeline_with_mixup_needs_labels_too():
    pipeline = Pipeline([CropAndFlip(), MixUp()])
    with pytest.raises(ValueError, match="images alone"):
        pipeline(scene()["images"])
    result = pipeline({"images": scene()["images"], "labels": np.eye(16)})
    assert np.allclose(numpy(result["labels"]).sum(axis=-1), 1)


@pytest.mark.parametrize(
    ("inputs", "message"),
    [
        (np.zeros((8, 8, 3)), r"images of shape \(8, 8, 3\).*Batch before"),
        ({"image": np.zeros((2, 8, 8, 3))}, r"dictionary of \['image'\]"),
        ((np.zeros((2, 8, 8, 3)), np.zeros(2)), "images of shape"),
        (
            {
                "images": np.zeros((2, 8, 8, 3)),
                "segmentation_masks": np.zeros((2, 8, 8, 5)),
            },
            r"segmentation_masks of shape \(2, 8, 8, 5\)",
        ),
        (
            {
                "images": np.zeros((2, 8, 8, 3)),
                "bounding_boxes": np.zeros((2, 4)),
            },
            r"bounding_boxes of shape \(2, 4\)",
        ),
    ],
)
def test_other_inputs_are_named(inputs, message):
    with pytest.raises(ValueError, match=message):
        RandAugment()(inputs)

import keras
import numpy as np
import pytest
from PIL import Image
from scipy import stats
from sklearn.datasets import load_sample_images

from keras_ssl.augmentation.random_resized_crop import RandomResizedCrop
from tests.augmentation.always import compiled

pytestmark = pytest.mark.core
PHOTO = load_sample_images().images[0][::4, ::5]
NAMES = ("left", "top", "width", "height")
RESAMPLE = {
    "nearest": Image.Resampling.NEAREST,
    "bilinear": Image.Resampling.BILINEAR,
}


def draw(layer, shape):
    drawn = layer.sample(shape)
    return drawn, *(keras.ops.convert_to_numpy(drawn[name]) for name in NAMES)


def run(layer, images):
    return keras.ops.convert_to_numpy(layer(images))


@pytest.mark.parametrize("interpolation", RESAMPLE)
def test_equals_cropping_and_resizing_with_pillow(interpolation):
    layer = RandomResizedCrop(interpolation=interpolation, seed=1)
    images = np.stack(
        [PHOTO, PHOTO[::-1], PHOTO[:, ::-1], PHOTO[::-1, ::-1]] * 4
    )
    drawn, *rectangles = draw(layer, images.shape)
    views = layer.transform(
        keras.ops.convert_to_tensor(images, "float32"), drawn
    )
    rows = zip(images, np.asarray(views), *rectangles, strict=True)
    for image, view, left, top, width, height in rows:
        expected = Image.fromarray(image).transform(
            PHOTO.shape[1::-1],
            Image.Transform.EXTENT,
            (left, top, left + width, top + height),
            resample=RESAMPLE[interpolation],
        )
        difference = np.abs(np.floor(view + 0.5) - np.asarray(expected))
        assert np.mean(difference.max(axis=-1) <= 1) > 0.99


def test_area_and_aspect_ratio_are_drawn_as_said():
    layer = RandomResizedCrop((0.1, 0.5), (0.5, 1.5), seed=2)
    _, _, _, width, height = draw(layer, (2000, 500, 600, 3))
    area = width * height / (500 * 600)
    ratio = np.log(width / height)
    low, high = np.log([0.5, 1.5])
    uniform = stats.uniform
    assert stats.kstest(area, uniform(0.1, 0.4).cdf).pvalue > 0.01
    assert stats.kstest(ratio, uniform(low, high - low).cdf).pvalue > 0.01
    assert abs(np.corrcoef(area, ratio)[0, 1]) < 0.05


def test_each_place_inside_is_equally_likely():
    layer = RandomResizedCrop((0.1, 0.5), seed=30)
    _, left, top, width, height = draw(layer, (2000, 500, 600, 3))
    assert min(left.min(), top.min()) >= 0
    across = (left + 0.5) / (600 - width + 1)
    down = (top + 0.5) / (500 - height + 1)
    assert stats.kstest(across, "uniform").pvalue > 0.01
    assert stats.kstest(down, "uniform").pvalue > 0.01
    assert abs(np.corrcoef(across, down)[0, 1]) < 0.05


def test_reaches_the_last_place():
    layer = RandomResizedCrop((0.5, 0.5), (1.0, 1.0), seed=2)
    _, left, top, width, height = draw(layer, (2000, 8, 8, 3))
    assert {*width, *height} == {6}
    assert {*left} == {*top} == {0, 1, 2}


def test_what_is_too_long_is_cut_to_the_image():
    layer = RandomResizedCrop((1.0, 1.0), (1.0, 1.0))
    _, left, top, width, height = draw(layer, (16, 8, 16, 3))
    assert {*height} == {8}
    assert {*width} == {11}
    assert {*top} == {0}
    assert left.max() <= 5


def test_all_of_a_square_image_is_the_image():
    images = np.random.default_rng(0).normal(size=(16, 9, 9, 2))
    images = images.astype("float32")
    layer = RandomResizedCrop((1.0, 1.0), (1.0, 1.0))
    assert np.array_equal(run(layer, images), images)


def test_no_area_is_one_pixel():
    images = np.random.default_rng(0).normal(size=(16, 5, 7, 1))
    views = run(RandomResizedCrop((0, 0), seed=0), images.astype("float32"))
    assert (np.ptp(views, axis=(1, 2, 3)) < 3).all()
    assert len(np.unique(views[:, 2, 3])) > 8


def test_each_image_has_its_own_rectangle():
    drawn = np.stack(draw(RandomResizedCrop(seed=0), (16, 32, 32, 3))[1:])
    assert len(np.unique(drawn, axis=1).T) > 12


@pytest.mark.parametrize("interpolation", RESAMPLE)
def test_masks_are_cropped_exactly(interpolation):
    masks = np.random.default_rng(0).integers(0, 9, (16, 32, 16), "int32")
    images = np.zeros((16, 32, 16, 3), "float32")
    inputs = {"images": images, "segmentation_masks": masks}
    new = lambda: RandomResizedCrop(interpolation=interpolation, seed=4)  # noqa: E731
    result = new()(inputs)["segmentation_masks"]
    rectangles = draw(new(), images.shape)[1:]
    rows = zip(masks, np.asarray(result), *rectangles, strict=True)
    for mask, view, left, top, width, height in rows:
        y = top + np.floor((np.arange(32) + 0.5) * height / 32)
        x = left + np.floor((np.arange(16) + 0.5) * width / 16)
        expected = mask[y.astype(int)][:, x.astype(int)]
        assert np.array_equal(view, expected)


def test_boxes_lie_where_their_pixels_go():
    images = np.zeros((16, 32, 32, 1), "float32")
    images[:, 8:20, 10:26] = 1.0
    boxes = np.tile([[[10.0, 8.0, 26.0, 20.0]]], (16, 1, 1))
    layer = RandomResizedCrop((0.4, 1.0), interpolation="nearest", seed=1)
    result = layer({"images": images, "bounding_boxes": boxes})
    views, moved = map(np.asarray, result.values())
    for view, box in zip(views[..., 0], moved[:, 0], strict=True):
        (top, bottom), (left, right) = (
            np.flatnonzero(view.any(axis=axis))[[0, -1]] for axis in (1, 0)
        )
        expected = [left, top, right + 1, bottom + 1]
        assert np.allclose(box, expected, atol=0.51)
    assert not np.allclose(moved, boxes, atol=2)


def test_compiled_equals_eager():
    x = np.random.default_rng(0).uniform(0, 255, (16, 9, 14, 3))
    layer = RandomResizedCrop(seed=5)
    eager = run(RandomResizedCrop(seed=5), x)
    assert np.allclose(compiled(layer, x), eager, atol=1e-2)


@pytest.mark.parametrize(
    ("argument", "value"),
    [
        ("scale", (0.08, 1.5)),
        ("scale", (0.5, 0.1)),
        ("scale", 0.5),
        ("ratio", (0, 1)),
        ("ratio", (2, 1)),
    ],
)
def test_rejects_what_is_no_interval(argument, value):
    with pytest.raises(
        ValueError, match=f"Received: {argument}=.*smallest.*pass it twice"
    ):
        RandomResizedCrop(**{argument: value})


def test_rejects_an_unknown_interpolation():
    with pytest.raises(ValueError, match="Received: interpolation='cubic'"):
        RandomResizedCrop(interpolation="cubic")


def test_its_config_makes_it_again():
    layer = RandomResizedCrop([0.2, 0.9], [0.5, 2], "nearest", seed=3)
    config = layer.get_config()
    again = RandomResizedCrop.from_config(config)
    assert (again.scale, again.ratio) == ((0.2, 0.9), (0.5, 2.0))
    assert again.get_config() == config

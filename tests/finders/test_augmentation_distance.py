import numpy as np
import pytest

from keras_ssl.augmentation.transforms import TRANSFORMS
from keras_ssl.finders.augmentation_distance import COLORS
from keras_ssl.finders.augmentation_distance import MAGNITUDES
from keras_ssl.finders.augmentation_distance import apply_transform
from keras_ssl.finders.augmentation_distance import measure_distances
from keras_ssl.finders.augmentation_distance import pool_levels

RANDOM = np.random.default_rng(0)
# `equalize` does nothing to images of less than 255 pixels.
IMAGES = RANDOM.uniform(0.2, 0.7, size=(4, 24, 24, 3)).astype("float32")
RANGE = {"value_range": (0, 1), "fill": 0.25, "seed": 0}


@pytest.mark.core
@pytest.mark.parametrize("name", TRANSFORMS)
def test_a_transform_changes_all_images_and_stays_in_the_range(name):
    seen = apply_transform(IMAGES, name, 1.0, **RANGE)
    assert seen.shape == IMAGES.shape
    assert (np.abs(seen - IMAGES).max(axis=(1, 2, 3)) > 0.02).all()
    assert seen.min() >= -1e-5
    assert seen.max() <= 1 + 1e-5


def test_what_comes_in_has_the_colour_of_fill():
    white = np.ones((2, 9, 9, 1), "float32")
    seen = apply_transform(white, "translate_x", 1.0, **RANGE)
    assert sorted(np.unique(seen.round(3))) == [0.25, 1.0]


def test_other_ranges_give_the_same_images():
    other = {**RANGE, "value_range": (-1, 1)}
    for name in ("solarize", "lower_contrast", "zoom_out"):
        seen = apply_transform(IMAGES, name, 0.7, **RANGE)
        wide = apply_transform(2 * IMAGES - 1, name, 0.7, **other)
        np.testing.assert_allclose((wide + 1) / 2, seen, atol=1e-2)


def test_distances_are_losses_less_that_of_the_images_themselves():
    seen = []

    def loss(images):
        seen.append(images)
        return float(len(seen))

    found = measure_distances(loss, IMAGES, **RANGE)
    np.testing.assert_array_equal(seen[0], IMAGES)
    assert len(seen) == 1 + 19 * 10
    assert found["raise_color"] == [0.0, *range(1, 11)]
    assert list(found) == list(TRANSFORMS)


def test_levels_are_sixths_of_the_pooled_distances():
    random = np.random.default_rng(1)
    distances = {n: [0.0, *random.uniform(size=10)] for n in TRANSFORMS}
    table = pool_levels(distances)
    spatial = [name for name in TRANSFORMS if name not in COLORS]
    for names, sizes in (
        (COLORS, [48, 72, 95, 119, 143]),
        (spatial, [22, 33, 44, 55, 66]),
    ):
        for level, size in enumerate(sizes):
            kept = {(name, m) for name in names for m in table[name][level]}
            pool = {
                (name, m): d
                for name in names
                for m, d in zip(MAGNITUDES, distances[name], strict=True)
            }
            assert len(kept) == size
            rest = [d for pair, d in pool.items() if pair not in kept]
            assert max(pool[pair] for pair in kept) <= min(rest, default=1)


def test_a_magnitude_that_is_mild_comes_before_a_smaller_one_that_is_not():
    distances = {n: [0.0] + [m + 1 for m in MAGNITUDES[1:]] for n in TRANSFORMS}
    distances["jitter_hue"] = [0.0, 5, 5, 5, 5, 5, 5, 5, 5, 5, 0.0]
    assert pool_levels(distances)["jitter_hue"][0] == [0.0, 1.0]

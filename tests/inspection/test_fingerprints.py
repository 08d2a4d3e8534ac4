import numpy as np
import pytest

from keras_ssl.inspection.fingerprints import Fingerprints
from keras_ssl.inspection.fingerprints import digest
from keras_ssl.inspection.fingerprints import to_thumbnails

pytestmark = pytest.mark.core


def test_a_digest_is_the_same_for_another_number_type_only():
    image = np.arange(16).reshape(4, 4, 1)
    assert digest(image.astype("uint8")) == digest(image.astype("float32"))
    assert digest(image) != digest(image.reshape(2, 8, 1))
    assert digest(image) != digest(image + 1)


def test_thumbnails_are_gray_stretched_and_small(pictures):
    large = pictures.repeat(3, axis=1).repeat(3, axis=2) / 3 + 0.2
    thumbnails = to_thumbnails(large)
    assert thumbnails.shape == (40, 32, 32)
    assert thumbnails.dtype == "uint8"
    assert (thumbnails.min((1, 2)) == 0).all()
    assert (thumbnails.max((1, 2)) == 255).all()
    gray = large.mean(-1).reshape(40, -1)
    assert np.corrcoef(gray.mean(1), large.mean((1, 2, 3)))[0, 1] > 0.99


def test_small_images_keep_their_pixels():
    image = np.arange(0, 256, dtype="uint8").reshape(1, 16, 16, 1)
    assert (to_thumbnails(image) == image[..., 0]).all()


def test_thumbnails_of_other_sizes_are_fitted(pictures):
    fingerprints = Fingerprints(thumbnails=True)
    fingerprints.update(pictures)
    fingerprints.update(pictures[:2, :20])
    assert fingerprints.size == (24, 24)
    assert fingerprints.resized((16, 16)).shape == (42, 16, 16)
    assert len(np.unique(fingerprints.digests)) == 42

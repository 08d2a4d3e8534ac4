import keras
import numpy as np
import pytest
from scipy import stats

from keras_ssl.augmentation.mixup import MixUp

pytestmark = pytest.mark.core


def draw(layer, shape):
    drawn = layer.sample(shape)
    arrays = [
        keras.ops.convert_to_numpy(drawn[name]) for name in ("partner", "share")
    ]
    return drawn, *arrays


def blend(batch, partner, share):
    """The definition, image by image."""
    return np.stack(
        [
            own * entry + (1 - own) * batch[other]
            for entry, other, own in zip(batch, partner, share, strict=True)
        ]
    )


@pytest.mark.parametrize("shape", [(32, 5, 7, 3), (32, 4, 4, 1)])
def test_blends_images_and_labels_alike(shape):
    generator = np.random.default_rng(0)
    images = generator.normal(size=shape).astype("float32")
    labels = generator.dirichlet(np.ones(5), shape[0]).astype("float32")
    layer = MixUp(alpha=1.0, seed=1)
    drawn, partner, share = draw(layer, shape)
    for verb, batch in [
        (layer.transform, images),
        (layer.transform_labels, labels),
    ]:
        result = verb(keras.ops.convert_to_tensor(batch), drawn)
        expected = blend(batch, partner, share)
        assert np.allclose(result, expected, atol=1e-6)


@pytest.mark.parametrize("alpha", [0.2, 0.75, 1.0, 4.0])
def test_shares_follow_the_beta_distribution(alpha):
    _, partner, share = draw(MixUp(alpha, seed=2), (2000, 8, 8, 3))
    assert stats.kstest(share, stats.beta(alpha, alpha).cdf).pvalue > 0.01
    assert abs(np.corrcoef(partner, share)[0, 1]) < 0.05


def test_masks_are_rejected():
    inputs = {
        "images": np.zeros((32, 8, 8, 3), "float32"),
        "labels": np.eye(32, dtype="float32"),
        "segmentation_masks": np.zeros((32, 8, 8), "int32"),
    }
    with pytest.raises(ValueError, match="segmentation_masks.*use CutMix"):
        MixUp()(inputs)

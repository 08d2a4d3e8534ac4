"""Settings that must precede every import, and what all tests share."""

import os

os.environ.setdefault("KERAS_BACKEND", "tensorflow")
os.environ.setdefault("TF_CPP_MIN_LOG_LEVEL", "3")
os.environ.setdefault("TF_FORCE_GPU_ALLOW_GROWTH", "true")
os.environ["MPLBACKEND"] = "Agg"

import keras  # noqa: E402
import numpy as np  # noqa: E402
import pytest  # noqa: E402

collect_ignore = ["devices.py"]  # a program of its own, with two devices


@pytest.fixture(autouse=True)
def fresh_keras():
    """Seeds every test, and undoes what it changed for all of Keras."""
    keras.utils.set_random_seed(0)
    yield
    keras.utils.clear_session(free_memory=False)
    keras.config.set_dtype_policy("float32")


@pytest.fixture
def digits8():
    """128 images (8, 8, 1) in [0, 1]; the bright quadrant is the label."""
    generator = np.random.default_rng(0)
    labels = np.arange(128, dtype="int32") % 4
    images = generator.uniform(0.0, 0.4, size=(128, 8, 8, 1))
    for image, label in zip(images, labels, strict=True):
        row, column = 4 * (label // 2), 4 * (label % 2)
        image[row : row + 4, column : column + 4] += 0.6
    return images.astype("float32"), labels


@pytest.fixture
def timed_briefly(monkeypatch):
    """Searches for a batch size time a step of each, not eight."""
    monkeypatch.setattr("keras_ssl.finders.batch_probe.FEWEST", 8)


@pytest.fixture
def network():
    """Builds a tiny convolutional network with BatchNorm; logits by default."""

    def build(classes=4, shape=(8, 8, 1), activation=None):
        return keras.Sequential(
            [
                keras.Input(shape),
                keras.layers.Conv2D(8, 3, padding="same", use_bias=False),
                keras.layers.BatchNormalization(),
                keras.layers.ReLU(),
                keras.layers.MaxPooling2D(2),
                keras.layers.Flatten(),
                keras.layers.Dense(classes, activation=activation),
            ]
        )

    return build

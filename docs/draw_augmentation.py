"""Draws the pictures of `docs/augmentation.md`.

    python docs/draw_augmentation.py [--folder docs/images]

`operations.png` has every operation of RandAugment, and the others that a
`Policy` draws from, at five levels. `views.png` has views of one image by every
augmentation. The photograph is scikit-learn's.
"""

import argparse
import pathlib

import keras
import numpy as np
from keras import ops
from sklearn.datasets import load_sample_image

from keras_ssl import augmentation
from keras_ssl.augmentation import affine
from keras_ssl.augmentation.deck import COLOR
from keras_ssl.augmentation.deck import GEOMETRY
from keras_ssl.augmentation.randaugment import SYMMETRIC
from keras_ssl.augmentation.transforms import TRANSFORMS
from keras_ssl.report import plot_images

LEVELS = (0.2, 0.4, 0.6, 0.8, 1.0)
SIDE = 96
VIEWS = {
    "crop_and_flip": augmentation.CropAndFlip(),
    "randaugment": augmentation.RandAugment(),
    "fixmatch": augmentation.get("fixmatch"),
    "torchssl": augmentation.get("torchssl"),
    "cifar10_small": augmentation.get("cifar10_small"),
    "color_jitter": augmentation.ColorJitter(),
    "random_grayscale": augmentation.RandomGrayscale(),
    "gaussian_blur": augmentation.GaussianBlur((0.5, 3.0), rate=1.0),
    "cutout": augmentation.Cutout(),
    "random_erasing": augmentation.RandomErasing(rate=1.0),
    "random_resized_crop": augmentation.RandomResizedCrop(),
    "random_rotation90": augmentation.RandomRotation90(),
}


def photograph():
    """A temple, SIDE x SIDE, a little darker than it was, 0 to 255."""
    photo = load_sample_image("china.jpg")[20:420, 150:550]
    small = ops.image.resize(
        photo.astype("float32"), (SIDE, SIDE), antialias=True
    )
    return 0.7 * ops.convert_to_numpy(small)


def operate(image, operation, strengths):
    """The image at each strength."""
    images = ops.tile(
        ops.convert_to_tensor(image[None]), (len(strengths), 1, 1, 1)
    )
    strengths = ops.convert_to_tensor(strengths)
    if operation in COLOR:
        return COLOR[operation][0](images, strengths)
    matrix = GEOMETRY[operation](strengths, SIDE, SIDE)
    return affine.warp(images, matrix, interpolation="bilinear", fill=127.5)


def draw_operations(image, path):
    """One row an operation, one column a level."""
    levels = ops.convert_to_tensor(np.array(LEVELS, "float32"))
    ones = ops.ones_like(levels)
    rows = {
        name: (name, strength)
        for name, strength in SYMMETRIC.items()
        if name != "identity"
    }
    others = ("jitter_hue", "zoom_in", "zoom_out")
    rows |= {name: TRANSFORMS[name] for name in others}
    images, titles = [], []
    for name, (operation, strength) in rows.items():
        results = operate(image, operation, strength(levels, ones))
        images += [image, *ops.convert_to_numpy(results)]
        titles += [name, *(f"{level:.1f}" for level in LEVELS)]
    save(images, titles, len(LEVELS) + 1, path)


def draw_views(image, path, columns=8):
    """One row an augmentation, views of the same image."""
    images, titles = [], []
    for name, layer in VIEWS.items():
        layer.value_range = (0, 255)
        views = ops.convert_to_numpy(layer(np.stack([image] * columns)))
        images += [image, *views]
        titles += [name] + [""] * columns
    save(images, titles, columns + 1, path)


def save(images, titles, columns, path):
    """Writes a grid of images."""
    import matplotlib.pyplot as plt

    rows = len(images) // columns
    figure, axes = plt.subplots(figsize=(1.1 * columns, 1.25 * rows))
    plot_images(
        np.clip(images, 0, 255), titles, rows=rows, columns=columns, ax=axes
    )
    figure.savefig(path, dpi=90, bbox_inches="tight")
    plt.close(figure)


def main():
    """Draws both pictures."""
    parser = argparse.ArgumentParser(description=__doc__)
    here = pathlib.Path(__file__).parent / "images"
    parser.add_argument("--folder", type=pathlib.Path, default=here)
    folder = parser.parse_args().folder
    keras.utils.set_random_seed(0)
    image = photograph()
    draw_operations(image, folder / "operations.png")
    draw_views(image, folder / "views.png")


if __name__ == "__main__":
    main()

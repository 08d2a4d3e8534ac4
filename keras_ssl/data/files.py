"""Data sets in a file or a folder, with training and test images."""

import pathlib
import zipfile

import numpy as np

from keras_ssl.utils.typing import Array

Part = tuple[Array, Array]

ARRAYS = "x_train", "y_train", "x_test", "y_test"
SUFFIXES = {".bmp", ".jpeg", ".jpg", ".png", ".webp"}


def read_npz(path: pathlib.Path) -> tuple[Part, Part]:
    """Reads `x_train`, `y_train`, `x_test` and `y_test` from an `.npz` file.

    Args:
        path: The file.

    Raises:
        ValueError: It is no such file.
    """
    try:
        with np.load(path) as file:
            x, y, x_test, y_test = (file[name] for name in ARRAYS)
    except (ValueError, KeyError, EOFError, zipfile.BadZipFile) as error:
        raise ValueError(
            f"Received: {str(path)!r}, which cannot be read ({error}). "
            f"Expected an .npz file with {', '.join(ARRAYS)}. Write one with "
            "`numpy.savez`."
        ) from None
    return (x, y), (x_test, y_test)


def read_folders(path: pathlib.Path) -> tuple[Part, Part]:
    """Reads `train/CLASS/*.jpg` and `test/CLASS/*.jpg`, of one size.

    Args:
        path: The folder with `train` and `test` in it. Classes are numbered in
            the order of their names. PNG, BMP and WebP are read too.

    Raises:
        ValueError: A part has no images, the classes of the two parts differ,
            or images have several sizes.
    """
    classes = [_classes(path / part) for part in ("train", "test")]
    if classes[0] != classes[1]:
        raise ValueError(
            f"Received: the classes {classes[0]} in {str(path / 'train')!r} "
            f"and {classes[1]} in {str(path / 'test')!r}. Expected the same in "
            "both. Give each class a folder in both."
        )
    train, test = (_read(path / part, classes[0]) for part in ("train", "test"))
    return train, test


def _classes(part: pathlib.Path) -> list[str]:
    found = sorted(x.name for x in part.glob("*/")) if part.is_dir() else []
    if not found:
        raise ValueError(
            f"Received: {str(part.parent)!r} without folders in "
            f"{part.name!r}. Expected train/CLASS and test/CLASS, with images "
            "in them. Make these folders, or pass an .npz file."
        )
    return found


def _read(part: pathlib.Path, classes: list[str]) -> Part:
    from PIL import Image  # comes with Matplotlib; nothing else here needs it

    images, labels = [], []
    for label, name in enumerate(classes):
        for file in sorted((part / name).iterdir()):
            if file.suffix.lower() in SUFFIXES:
                with Image.open(file) as image:
                    images.append(np.asarray(image.convert("RGB")))
                labels.append(label)
    sizes = {image.shape for image in images}
    if len(sizes) != 1:
        raise ValueError(
            f"Received: images of the sizes {sorted(sizes)} in {str(part)!r}. "
            "Expected images of one size. Resize them first."
        )
    return np.stack(images), np.array(labels)

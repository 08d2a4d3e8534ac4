"""RandAugment written with Pillow, and processes that run it on a batch.

The fourteen operations with the ranges of `RandAugment(variant="symmetric")`:
two are drawn for an image, each is applied with probability 1/2, one after the
other as Pillow defines them, to the nearest pixel, on uint8.
"""

import math
import multiprocessing
import random
import sys
from unittest import mock

import numpy as np
from PIL import Image
from PIL import ImageEnhance
from PIL import ImageOps

GRAY = (128, 128, 128)


def _enhance(enhancer):
    def run(image, level, sign):
        return enhancer(image).enhance(1 + 0.9 * sign * level)

    return run


def _move(matrix):
    def run(image, level, sign):
        return image.transform(
            image.size,
            Image.Transform.AFFINE,
            matrix(sign * level, *image.size),
            Image.Resampling.NEAREST,
            fillcolor=GRAY,
        )

    return run


def _pixels(share, side):
    return math.floor(share * side + 0.5)


OPERATIONS = {
    "identity": lambda image, level, sign: image,
    "autocontrast": lambda image, level, sign: ImageOps.autocontrast(image),
    "equalize": lambda image, level, sign: ImageOps.equalize(image),
    "brightness": _enhance(ImageEnhance.Brightness),
    "color": _enhance(ImageEnhance.Color),
    "contrast": _enhance(ImageEnhance.Contrast),
    "sharpness": _enhance(ImageEnhance.Sharpness),
    "posterize": lambda image, level, sign: ImageOps.posterize(
        image, round(8 - 4 * level)
    ),
    "solarize": lambda image, level, sign: ImageOps.solarize(
        image, 256 * (1 - level)
    ),
    "rotate": lambda image, level, sign: image.rotate(
        30 * sign * level, Image.Resampling.NEAREST, fillcolor=GRAY
    ),
    "shear_x": _move(lambda x, width, height: (1, 0.3 * x, 0, 0, 1, 0)),
    "shear_y": _move(lambda y, width, height: (1, 0, 0, 0.3 * y, 1, 0)),
    "translate_x": _move(
        lambda x, width, height: (1, 0, _pixels(0.3 * x, width), 0, 1, 0)
    ),
    "translate_y": _move(
        lambda y, width, height: (1, 0, 0, 0, 1, _pixels(0.3 * y, height))
    ),
}


def augment(pixels):
    """Augments one image.

    Args:
        pixels: `(height, width, 3)`, uint8.

    Example:

    >>> augment(np.zeros((32, 24, 3), "uint8")).shape
    (32, 24, 3)
    """
    image = Image.fromarray(pixels)
    for operation in random.choices(list(OPERATIONS.values()), k=2):
        if random.random() < 0.5:
            sign = random.choice((-1, 1))
            image = operation(image, random.random(), sign)
    return np.asarray(image)


class Workers:
    """Processes that hold a batch, augment a part each, and give it back.

    They write their results into memory that they share with the caller, so
    that no image is copied on its way: bringing a batch back costs a message.

    Args:
        images: `(batch, height, width, 3)`, uint8.
        processes: How many.
    """

    def __init__(self, images, processes=2):
        context = multiprocessing.get_context("spawn")
        memory = context.RawArray("B", images.size)
        self.result = _view(memory, images.shape)
        edges = np.linspace(0, len(images), processes + 1).astype(int).tolist()
        self.parts = [
            range(*edge) for edge in zip(edges[:-1], edges[1:], strict=True)
        ]
        # A process first imports the script that started it, and with it all
        # of TensorFlow, for nothing.
        with mock.patch.dict(sys.modules, __main__=sys.modules[__name__]):
            self.pool = context.Pool(processes, _start, (images, memory))

    def __call__(self):
        """The batch, augmented anew."""
        self.pool.map(_work, self.parts, chunksize=1)
        return self.result

    def __enter__(self):
        return self

    def __exit__(self, *error):
        self.pool.terminate()
        self.pool.join()


_HELD = {}


def _view(memory, shape):
    return np.frombuffer(memory, "uint8").reshape(shape)


def _start(images, memory):
    _HELD.update(images=images, result=_view(memory, images.shape))


def _work(part):
    for index in part:
        _HELD["result"][index] = augment(_HELD["images"][index])

"""Colour operations as pure functions of a batch, as Pillow defines them.

Images are float32 of shape `(batch, height, width, channels)` with values from
0 to 255. The second argument holds one number per image, shape `(batch,)`.
Results are clipped to 0..255 and not rounded.
"""

from keras import ops

from keras_ssl.utils.typing import Tensor

# More than the rounding error of a change of scale: what was 64 and is 63.99999
# belongs above the step at 64.
TOLERANCE = 1e-3
LUMA = (0.299, 0.587, 0.114)  # ITU-R 601, as in Pillow's conversion to "L"


def brightness(images: Tensor, factor: Tensor) -> Tensor:
    """Multiplies by `factor`: 0 is black, 1 the image itself."""
    return ops.clip(images * _per_image(factor), 0, 255)


def color(images: Tensor, factor: Tensor) -> Tensor:
    """Scales the distance to grey: 0 is a grey image, 1 the image itself."""
    return _away(images, grayscale(images), factor)


def contrast(images: Tensor, factor: Tensor) -> Tensor:
    """Scales the distance to the mean grey: 0 is flat, 1 the image itself."""
    mean = ops.mean(_gray(images), axis=(1, 2, 3), keepdims=True)
    return _away(images, mean, factor)


def sharpness(images: Tensor, factor: Tensor) -> Tensor:
    """Scales the distance to a smoothed image: 0 is smooth, 1 the image itself.

    The smoothing weighs a pixel with 5/13 and its eight neighbours with 1/13
    each; the outermost pixels stay.
    """
    if min(images.shape[1:3]) < 3:
        return images
    rows = images[:, :-2] + images[:, 1:-1] + images[:, 2:]
    box = rows[:, :, :-2] + rows[:, :, 1:-1] + rows[:, :, 2:]
    inner = images[:, 1:-1, 1:-1]
    detail = inner - (box + 4 * inner) / 13
    detail = ops.pad(detail, ((0, 0), (1, 1), (1, 1), (0, 0)))
    return _away(images, images - detail, factor)


def solarize(images: Tensor, threshold: Tensor) -> Tensor:
    """Inverts every value from `threshold` on: 0 inverts all, 256 none."""
    bright = ops.cast(images >= _per_image(threshold) - TOLERANCE, "float32")
    return images + bright * (255 - 2 * images)


def posterize(images: Tensor, bits: Tensor) -> Tensor:
    """Keeps the first `bits` of 8 bits: 1 leaves two values, 8 the image."""
    step = _per_image(2.0 ** (8 - ops.cast(bits, "float32")))
    coarse = ops.floor((images + TOLERANCE) / step) * step
    return ops.where(step > 1, coarse, images)


def autocontrast(images: Tensor, amount: Tensor) -> Tensor:
    """Stretches each channel to 0..255: 0 is the image, 1 all of it."""
    low = ops.min(images, axis=(1, 2), keepdims=True)
    span = ops.max(images, axis=(1, 2), keepdims=True) - low
    flat = span <= 0
    scale = ops.where(flat, 1.0, 255 / ops.where(flat, 1.0, span))
    stretched = (images - ops.where(flat, 0.0, low)) * scale
    changed = images + _per_image(amount) * (stretched - images)
    return ops.clip(changed, 0, 255)


def equalize(images: Tensor, amount: Tensor) -> Tensor:
    """Evens out each channel's histogram: 0 is the image, 1 all of it."""
    level = ops.clip(images + TOLERANCE, 0, 255)
    level = ops.transpose(ops.cast(level, "int32"), (0, 3, 1, 2))
    _, channels, height, width = level.shape
    rows = ops.shape(level)[0] * channels
    first = ops.expand_dims(ops.arange(rows) * 256, 1)
    place = ops.reshape(level, (rows, height * width)) + first
    place = ops.reshape(place, (-1,))
    counts = ops.segment_sum(
        ops.ones_like(place), place, num_segments=rows * 256
    )
    table = ops.reshape(_equal_table(ops.reshape(counts, (rows, 256))), (-1,))
    even = ops.reshape(ops.take(table, place), (-1, channels, height, width))
    even = ops.cast(ops.transpose(even, (0, 2, 3, 1)), "float32")
    return images + _per_image(amount) * (even - images)


def _equal_table(counts: Tensor) -> Tensor:
    """The value that takes the place of each of 256, as Pillow computes it."""
    values = ops.arange(256)
    brightest = ops.max(ops.where(counts > 0, values, 0), -1, keepdims=True)
    last = ops.sum(ops.where(values == brightest, counts, 0), -1, keepdims=True)
    step = (ops.sum(counts, -1, keepdims=True) - last) // 255
    below = ops.cumsum(counts, axis=-1) - counts
    table = (below + step // 2) // ops.maximum(step, 1)
    return ops.where(step > 0, ops.minimum(table, 255), values)


def hue(images: Tensor, turn: Tensor) -> Tensor:
    """Turns the hue: 0 and 1 are the image itself, 0.5 the opposite colours.

    Images that have not three channels have no hue, and stay.
    """
    if images.shape[-1] != 3:
        return images
    red, green, blue = (images[..., channel] for channel in range(3))
    value = ops.maximum(ops.maximum(red, green), blue)
    chroma = value - ops.minimum(ops.minimum(red, green), blue)
    safe = ops.where(chroma > 0, chroma, 1.0)
    to_green, to_blue = 2 + (blue - red) / safe, 4 + (red - green) / safe
    sector = ops.where(value == green, to_green, to_blue)
    sector = ops.where(value == red, (green - blue) / safe, sector)
    sector = sector + 6 * _per_image(turn)[..., 0]

    def channel(offset: float) -> Tensor:
        place = offset + sector
        place = place - 6 * ops.floor(place / 6)  # `%` is several times slower
        return value - chroma * ops.clip(ops.minimum(place, 4 - place), 0, 1)

    return ops.stack([channel(5.0), channel(3.0), channel(1.0)], axis=-1)


def grayscale(images: Tensor) -> Tensor:
    """The luma of RGB, the mean of any other channels, on every channel."""
    return ops.broadcast_to(_gray(images), ops.shape(images))


def _gray(images: Tensor) -> Tensor:
    if images.shape[-1] != 3:
        return ops.mean(images, axis=-1, keepdims=True)
    return ops.sum(images * ops.convert_to_tensor(LUMA), -1, keepdims=True)


def _away(images: Tensor, degenerate: Tensor, factor: Tensor) -> Tensor:
    # degenerate + factor * (images - degenerate), and exact where factor is 1
    more = _per_image(factor) - 1
    return ops.clip(images + more * (images - degenerate), 0, 255)


def _per_image(numbers: Tensor) -> Tensor:
    return ops.reshape(ops.cast(numbers, "float32"), (-1, 1, 1, 1))

"""Images as PNG, in the address of a page: no file, and no network."""

import base64
import struct
import zlib

import numpy as np

from keras_ssl.utils.typing import Array


def png_address(image: Array) -> str:
    """Encodes one image losslessly as a `data:` address.

    Args:
        image: uint8 of shape (height, width), (height, width, 1) for grey, or
            (height, width, 3) for red, green and blue.

    Returns:
        What goes into the `src` of an HTML image.

    Example:
    >>> png_address(np.zeros((8, 8, 3), "uint8"))[:22]
    'data:image/png;base64,'

    Reference:
        [PNG specification](https://www.w3.org/TR/png-3/), section 11.
    """
    pixels = np.ascontiguousarray(image, "uint8")
    height, width = pixels.shape[:2]
    color = pixels.ndim == 3 and pixels.shape[2] == 3
    rows = pixels.reshape(height, -1)
    unfiltered = np.pad(rows, ((0, 0), (1, 0)))  # each row begins with a 0
    header = struct.pack(">2I5B", width, height, 8, 2 if color else 0, 0, 0, 0)
    content = b"".join(
        (
            b"\x89PNG\r\n\x1a\n",
            _chunk(b"IHDR", header),
            _chunk(b"IDAT", zlib.compress(unfiltered.tobytes(), 9)),
            _chunk(b"IEND", b""),
        )
    )
    return "data:image/png;base64," + base64.b64encode(content).decode()


def _chunk(name: bytes, content: bytes) -> bytes:
    checksum = zlib.crc32(name + content)
    return (
        struct.pack(">I", len(content))
        + name
        + content
        + struct.pack(">I", checksum)
    )

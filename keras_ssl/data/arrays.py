"""Arrays and batches, made uniform: (x, y[, sample_weight]) and (u[, y_u])."""

from collections.abc import Mapping
from typing import Any

import keras
import numpy as np

from keras_ssl.utils.typing import Array

ClassWeight = Mapping[int, float]

EXPECTED = {
    "labeled": "`(x, y)` or `(x, y, sample_weight)`",
    "unlabeled": "images `u` or `(u, y_u)`",
}
FIX = {
    "labeled": "Pass the labels too; images without labels are unlabeled data.",
    "unlabeled": "Pass the images alone.",
    "unknown": "Convert lists with `numpy.asarray`; take images out of dicts "
    "with `dataset.map`.",
}
SIZES = (
    "The images have several sizes. Expected one size, as (n, height, width, "
    "channels). Resize each with `keras.ops.image.resize(image, (height, "
    "width))`, and join them with `numpy.stack`; or in `dataset.map`."
)
LENGTHS = {"labeled": (2, 3), "unlabeled": (1, 2)}


def standardize(
    element: Any,
    role: str,
    class_weight: ClassWeight | None = None,
    *,
    whole: bool = False,
) -> tuple[Array, ...]:
    """Turns arrays, or a batch that Python code made, into NumPy arrays.

    Args:
        element: Of the form that `EXPECTED` says for `role`.
        role: "labeled" or "unlabeled".
        class_weight: Weights of the classes; they become sample weights.
        whole: Whether these are all images there are, which are not copied:
            float64 ones stay so, for `to_float32` to convert what is read.

    Returns:
        `(x, y)`, `(x, y, sample_weight)`, `(u,)` or `(u, hidden)`; float64
        becomes float32, and `hidden` are integers.

    Raises:
        TypeError: The element has another form.
        ValueError: There are class weights and sample weights.
    """
    parts = element if isinstance(element, (tuple, list)) else (element,)
    check_form(parts, role, element)
    arrays = list(map(as_numpy, parts))
    begin = 1 if whole else 0
    arrays[begin:] = map(to_float32, arrays[begin:])
    if role == "unlabeled" and len(arrays) == 2:
        arrays[1] = to_integers(arrays[1])
    if role == "labeled" and class_weight is not None:
        check_weights(len(arrays))
        table = weight_table(class_weight)
        label = to_integers(arrays[1])
        inside = np.minimum(label, len(table) - 1)
        arrays.append(np.where(label < len(table), table[inside], 1.0))
        arrays[2] = arrays[2].astype("float32")
    return tuple(arrays)


def check_form(parts: Any, role: str, received: Any) -> None:
    """Raises unless `parts` are as many arrays as `role` can have."""
    check_pixels(parts, role)
    known = all(hasattr(part, "shape") for part in parts)
    if known and len(parts) in LENGTHS[role]:
        return
    raise TypeError(
        f"The {role} data have the wrong form. Received: {describe(received)}. "
        f"Expected {EXPECTED[role]} as arrays, or a `tf.data.Dataset`, "
        "`keras.utils.PyDataset`, `DataLoader` or generator of them. "
        + (FIX[role] if known else FIX["unknown"])
    )


def check_pixels(parts: Any, role: str) -> None:
    """Raises `TypeError` if images are paths, or have several sizes.

    Args:
        parts: The images, or a list of them, alone or before others.
        role: Whose images they are, for the message.
    """
    images = parts[0] if len(parts) else None
    few = parts if isinstance(parts, list) else images
    few = few[:2] if isinstance(few, list) else [few]
    kinds = [getattr(getattr(each, "dtype", None), "kind", "") for each in few]
    if any(k in ("U", "S") for k in kinds) or any(
        isinstance(each, str | bytes) for each in few
    ):
        raise TypeError(
            f"The {role} images are text. Received: {describe(images)}. "
            "Expected pixels. Read the files, for example with "
            "`keras.utils.image_dataset_from_directory(folder, "
            "image_size=(h, w))`, with `labels=None` for unlabeled ones."
        )
    several = isinstance(parts, list) or isinstance(images, list)
    if "O" in kinds or (several and _have_several_sizes(parts)):
        raise TypeError(f"Received: {describe(images)}. {SIZES}")


def _have_several_sizes(parts: Any) -> bool:
    images = parts if isinstance(parts, list) else parts[0]
    shapes = {getattr(each, "shape", ()) for each in images}
    ranks = {len(shape) for shape in shapes}
    return len(shapes) > 1 and ranks <= {2, 3}


def check_weights(length: int) -> None:
    """Raises if there are sample weights where class weights were given."""
    if length == 3:
        raise ValueError(
            "There are two kinds of weights. Received: `class_weight`, and "
            "labeled data with a `sample_weight`. Expected one of the two. "
            "Multiply the class weights into `sample_weight`, or leave one out."
        )


def weight_table(class_weight: ClassWeight) -> Array:
    """Lists the weights by class; classes that are not named weigh 1."""
    table = np.ones(max(class_weight, default=0) + 1, "float32")
    for label, weight in class_weight.items():
        table[label] = weight
    return table


def to_numpy(array: Array) -> Array:
    """Returns a NumPy array of the same type, or float32 for float64."""
    return to_float32(as_numpy(array))


def to_float32(array: Array) -> Array:
    """Converts float64, which nothing here is trained on."""
    return array.astype("float32") if array.dtype == "float64" else array


def as_numpy(array: Any) -> Array:
    """Returns a NumPy array of the same type; one in a file stays there."""
    if keras.ops.is_tensor(array):
        return keras.ops.convert_to_numpy(array)
    if hasattr(array, "detach"):  # of PyTorch, beside another backend
        array = array.detach().cpu()
    return np.asarray(array)


def as_arrays(batch: Any) -> Any:
    """A batch of a `DataLoader`, as a tuple with arrays for its tensors.

    Example:

    >>> [part.tolist() for part in as_arrays([np.ones(1), np.zeros(2)])]
    [[1.0], [0.0, 0.0]]
    """
    batch = batch if isinstance(batch, list | tuple) else (batch,)
    return keras.tree.map_structure(to_numpy, tuple(batch))


def to_integers(y: Array) -> Array:
    """Turns integer labels of any shape, or one-hot ones, into (n,) int32.

    Args:
        y: Labels of shape (n,), (n, 1) or, one-hot, (n, num_classes).

    Returns:
        The class of each row, an int32 array of shape (n,).

    Raises:
        ValueError: The labels are text, or of another shape.

    Example:
    >>> to_integers(np.eye(3)[[2, 0]]).tolist()
    [2, 0]
    """
    y = np.asarray(y)
    check_type(y)
    if y.ndim > 2:
        raise ValueError(
            f"The labels have another shape. Received: {describe(y)}. Expected "
            "(n,), (n, 1) or, one-hot, (n, num_classes). Pass one class for "
            "each image."
        )
    if y.ndim == 2 and y.shape[1] > 1:
        y = y.argmax(axis=1)
    with np.errstate(invalid="ignore"):  # NaN, of which checks tell later
        return y.reshape(-1).astype("int32")


def check_type(y: Any) -> None:
    """Raises `ValueError` if labels, or what stands for them, are text."""
    kind = keras.backend.standardize_dtype
    try:
        known = kind(y.dtype) != "string"
    except ValueError:  # not a type of Keras
        known = False
    if not known:
        raise ValueError(
            f"The labels are not numbers. Received: labels of type {y.dtype}. "
            "Expected integers that count from 0. Number the classes, for "
            "example with `numpy.unique(y, return_inverse=True)[1]`."
        )


def describe(data: Any) -> str:
    """Names the type of what a user passed, and the shapes in it."""
    if isinstance(data, tuple):
        return f"a tuple of ({', '.join(map(describe, data))})"
    if isinstance(data, list):
        return f"a list of length {len(data)}"
    if isinstance(data, dict):
        return f"a dict with the keys {list(data)}"
    shape = getattr(data, "shape", None)
    kind = type(data).__name__
    return kind if shape is None else f"{kind} of shape {shape}"

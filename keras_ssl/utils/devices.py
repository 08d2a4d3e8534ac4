"""Variables that several devices share, and how many devices share a batch."""

import contextlib
from collections.abc import Iterator
from typing import Any

import keras
import numpy as np
from keras import ops

from keras_ssl.utils.typing import Array

# What JAX and TensorFlow say where the shares of a batch differ.
UNEVEN = ("IndivisibleError", "Inputs to operation AddN")


def read_number(variable: Any) -> Any:
    """The value of a scalar variable, as a number of Python.

    `int` and `float` do not take a variable of a `tf.distribute` strategy.

    Args:
        variable: A variable, or a tensor.

    Example:

    >>> read_number(keras.optimizers.SGD(0.5).iterations)
    0
    """
    return ops.convert_to_numpy(variable).item()


def strategy_scope(
    model: keras.Model,
) -> contextlib.AbstractContextManager[Any]:
    """Where variables must be made, to be on the devices of the model.

    Args:
        model: A model, of a `tf.distribute` strategy or not.

    Example:

    >>> with strategy_scope(keras.Sequential()):
    ...     optimizer = keras.optimizers.SGD(0.5)
    """
    strategy = getattr(model, "distribute_strategy", None)
    return strategy.scope() if strategy else contextlib.nullcontext()


def count_devices(model: keras.Model) -> int:
    """How many devices share a batch.

    Args:
        model: A model, of a `tf.distribute` strategy or under a
            `keras.distribution` or neither.

    Example:

    >>> count_devices(keras.Sequential())
    1
    """
    strategy = getattr(model, "distribute_strategy", None)
    if strategy is not None:
        return strategy.num_replicas_in_sync
    distribution = keras.distribution.distribution()
    if distribution is None:
        return 1
    mesh = distribution.device_mesh
    return mesh.shape[mesh.axis_names.index(distribution.batch_dim_name)]


def replica() -> Any:
    """The number of the `tf.distribute` replica that this runs on, from 0.

    Example:

    >>> replica()
    0
    """
    if keras.backend.backend() != "tensorflow":
        return 0
    import tensorflow as tf

    context = tf.distribute.get_replica_context()
    if context is None or context.num_replicas_in_sync == 1:
        return 0
    return context.replica_id_in_sync_group


def even_size(size: int, devices: int) -> int:
    """The largest multiple of the devices up to a size; at least one each.

    Example:

    >>> even_size(33, 4), even_size(3, 4)
    (32, 4)
    """
    return max(size // devices, 1) * devices


def fill_up(images: Any, devices: int) -> Array:
    """Images, and copies of the last, as many as devices can share.

    Args:
        images: `(n, height, width, channels)`.
        devices: How many there are.

    Example:

    >>> fill_up(np.zeros((3, 8, 8, 1)), 2).shape
    (4, 8, 8, 1)
    """
    images = ops.convert_to_numpy(images)
    return np.concatenate([images, *[images[-1:]] * (-len(images) % devices)])


def check_even(size: int, role: str, devices: int) -> None:
    """Raises `ValueError` unless each device gets as many images.

    Args:
        size: Images in a batch, or all there are.
        role: What they are, for the message.
        devices: How many share them.

    Example:

    >>> check_even(8, "validation", 2)
    """
    if size % devices:
        raise ValueError(
            f"Received: {size} {role} image{'s' * (size != 1)} for {devices} "
            f"devices. Expected a multiple of {devices}, so that each gets as "
            f"many. {_advice(devices)}"
        )


@contextlib.contextmanager
def explaining(model: keras.Model) -> Iterator[None]:
    """Says in a sentence that devices cannot share a batch.

    Args:
        model: What computes.

    Raises:
        ValueError: They cannot.
    """
    try:
        yield
    except Exception as error:
        devices = count_devices(model)
        said = f"{type(error).__name__}: {error}"
        if devices == 1 or not any(text in said for text in UNEVEN):
            raise
        raise ValueError(
            f"Received: a batch that {devices} devices cannot share. Expected "
            f"a multiple of {devices} images. {_advice(devices)}"
        ) from error


def _advice(devices: int) -> str:
    return (
        f"Pass a `batch_size` that is a multiple of {devices}, and as many "
        "images that none are left over."
    )

"""Whether the training step is compiled, which on PyTorch it never is."""

from typing import Any

import keras

from keras_ssl.model.augmenter import Augmenter
from keras_ssl.utils.console import say
from keras_ssl.utils.typing import Config


def can_compile(network: keras.Model, augmenter: Augmenter) -> bool:
    """Tries whether XLA compiles the augmentation, and says what it found.

    Keras trusts what layers say of themselves, and many augmentation layers
    say wrongly that XLA can compile them.

    Args:
        network: The network, whose input says how large images are.
        augmenter: The weak and the strong augmentation.
    """
    able = augmenter.compiles(_image_shape(network))
    say(
        "keras_ssl: XLA is on."
        if able
        else "keras_ssl: XLA is off, as it cannot compile the "
        "augmentation. `jit_compile=` in `compile` decides otherwise."
    )
    return able


def check_compiles(
    jit_compile: bool | str, steps_per_execution: int = 1
) -> None:
    """Raises if a step should be compiled where it cannot be.

    Args:
        jit_compile: As `compile` was given it.
        steps_per_execution: Likewise.

    Raises:
        ValueError: `True`, or more than one step, on PyTorch.

    Example:

    >>> check_compiles("auto")
    """
    if _has_compiler() or (jit_compile is not True and steps_per_execution < 2):
        return
    raise ValueError(
        f"Received: jit_compile={jit_compile}, steps_per_execution="
        f"{steps_per_execution} on PyTorch. Expected single steps that run "
        "eagerly, as `torch.compile` takes minutes over a tiny one. Leave "
        'both out, or set the environment variable KERAS_BACKEND="jax".'
    )


def compiled_here(config: Config) -> Config:
    """What a model that was saved is compiled with on this backend.

    Args:
        config: What it was compiled with where it was saved.

    Example:

    >>> compiled_here({"optimizer": "sgd"})
    {'optimizer': 'sgd'}
    """
    eager = {"jit_compile": "auto", "steps_per_execution": 1}
    return config if _has_compiler() else {**config, **eager}


def _has_compiler() -> bool:
    return keras.backend.backend() != "torch"


def _image_shape(network: Any) -> tuple[int, ...]:
    known = network.built and getattr(network, "input_shape", None)
    shape = known[1:] if known else (None, None, 3)
    return tuple(size or 32 for size in shape)

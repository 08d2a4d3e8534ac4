"""`preserved`: whatever is done to a model inside, it is undone after."""

import contextlib
import random
import sys
from collections.abc import Iterator
from typing import Any

import keras
import numpy as np
from keras import ops

from keras_ssl.utils.checks import check_compiled
from keras_ssl.utils.devices import strategy_scope

ATTRIBUTES = ("stop_training", "stop_evaluating", "history", "weights_left")
ABSENT = object()


@contextlib.contextmanager
def preserved(
    model: keras.Model, *, trains: bool = True
) -> Iterator["Snapshot"]:
    """Leaves a model exactly as it was, also after an error or Ctrl-C.

    That is: weights, averages and the states of random generators; the
    optimizer with its learning rate; metrics; `stop_training`, `history` and
    what callbacks keep in the model; and the global random states of NumPy, of
    Python and, where it is loaded, of PyTorch. Inside, train as you like, but
    do not compile.

    Args:
        model: A built model.
        trains: Whether it must be compiled. Its optimizer is then built.

    Yields:
        The `Snapshot`, whose `restore` undoes everything so far.

    Raises:
        ValueError: The model is not compiled, or not built.

    Example:

    >>> model = keras.Sequential([keras.Input((2,)), keras.layers.Dense(1)])
    >>> model.compile("adam", "mse")
    >>> before = model.get_weights()[0]
    >>> with preserved(model):
    ...     _ = model.train_on_batch(np.ones((1, 2)), np.ones((1, 1)))
    >>> int(model.optimizer.iterations), bool(
    ...     (model.get_weights()[0] == before).all()
    ... )
    (0, True)
    """
    snapshot = Snapshot(model, trains=trains)
    try:
        yield snapshot
    finally:
        snapshot.restore()


@contextlib.contextmanager
def preserved_random_state() -> Iterator[None]:
    """Leaves the global random states of NumPy, Python and PyTorch be.

    Example:

    >>> with preserved_random_state():
    ...     first = np.random.rand()
    >>> bool(first == np.random.rand())
    True
    """
    state = _random_state()
    try:
        yield
    finally:
        _set_random_state(state)


@contextlib.contextmanager
def replaced(owner: Any, **attributes: Any) -> Iterator[None]:
    """Gives an object other attributes for a while.

    Args:
        owner: The object.
        **attributes: Names of its attributes, and their values meanwhile.

    Example:

    >>> layer = keras.layers.Dropout(0.5)
    >>> with replaced(layer, rate=0.0):
    ...     layer.rate
    0.0
    >>> layer.rate
    0.5
    """
    before = {name: getattr(owner, name) for name in attributes}
    try:
        for name, value in attributes.items():
            setattr(owner, name, value)
        yield
    finally:
        for name, value in before.items():
            setattr(owner, name, value)


class Snapshot:
    """The state of a model at one time, kept in the memory of the host.

    Args:
        model: A built model.
        trains: Whether it must be compiled. Its optimizer is then built.
    """

    def __init__(self, model: keras.Model, *, trains: bool = True) -> None:
        if trains:
            build_optimizer(model)
        self._model = model
        self._values = [(v, _copy(v)) for v in _variables(model)]
        self._attributes = {
            name: getattr(model, name, ABSENT) for name in ATTRIBUTES
        }
        self._callback_state = dict(getattr(model, "callback_state", {}))
        self._random_state = _random_state()

    def restore(self) -> None:
        """Gives the model this state again."""
        model = self._model
        if hasattr(model, "jax_state_sync"):
            # A step that was interrupted left this to do; after this it would
            # overwrite what is restored.
            model.jax_state_sync()
        model.reset_metrics()
        for variable, value in self._values:
            variable.assign(value)
        for name, attribute in self._attributes.items():
            _set(model, name, attribute)
        if hasattr(model, "callback_state"):
            model.callback_state.clear()
            model.callback_state.update(self._callback_state)
        if hasattr(model, "read_phase"):
            model.read_phase()
        _set_random_state(self._random_state)


def build_optimizer(model: keras.Model) -> None:
    """Creates the variables of the optimizer, as the first step would.

    Args:
        model: A compiled and built model.

    Raises:
        ValueError: The model is not compiled, or not built.
    """
    _check(model)
    if not model.optimizer.built:
        with strategy_scope(model):
            model.optimizer.build(model.trainable_variables)


def _check(model: keras.Model) -> None:
    check_compiled(model)
    if not model.built:
        raise ValueError(
            f"Received: {model.name!r}, a model that is not built. Expected "
            "one that has its weights. Call it on a batch of inputs first, or "
            "`model.build(input_shape)`."
        )


def _variables(model: keras.Model) -> list[keras.Variable]:
    optimizer = getattr(model, "optimizer", None)
    return [
        *model.variables,
        *(optimizer.variables if optimizer else ()),
        *model.metrics_variables,
    ]


def _random_state() -> tuple[Any, Any, Any]:
    return random.getstate(), np.random.get_state(), _torch_state()


def _set_random_state(state: tuple[Any, Any, Any]) -> None:
    random.setstate(state[0])
    np.random.set_state(state[1])
    if state[2]:
        torch = sys.modules["torch"]
        torch.set_rng_state(state[2][0])
        torch.cuda.set_rng_state_all(state[2][1])


def _torch_state() -> Any:
    torch = sys.modules.get("torch")
    if torch is None:
        return None
    # Asked for its states, CUDA would take memory if it does not run yet.
    gpus = torch.cuda.is_initialized() and torch.cuda.get_rng_state_all()
    return torch.get_rng_state(), gpus or []


def _copy(variable: keras.Variable) -> np.ndarray:
    # A copy, as the buffer of JAX that NumPy would look at is given away.
    return np.array(ops.convert_to_numpy(variable))


def _set(model: keras.Model, name: str, value: Any) -> None:
    if value is not ABSENT:
        setattr(model, name, value)
    elif hasattr(model, name):
        delattr(model, name)

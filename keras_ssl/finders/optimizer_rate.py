"""The learning rate of an optimizer, be it a number or a schedule."""

import contextlib
import dataclasses
from collections.abc import Iterator
from typing import Any
from typing import TypeAlias

import keras
import numpy as np
from keras import ops

from keras_ssl.utils.devices import read_number
from keras_ssl.utils.devices import strategy_scope
from keras_ssl.utils.registry import register
from keras_ssl.utils.typing import Config
from keras_ssl.utils.typing import Tensor

Schedule: TypeAlias = keras.optimizers.schedules.LearningRateSchedule

UNREADABLE = (
    "Received: an optimizer {!r} with a learning rate that can be neither set "
    "nor read. Expected a number, or a `LearningRateSchedule` with a "
    "`get_config`. Pass one to the optimizer before `compile`."
)


@register
class ScaledSchedule(Schedule):
    """Another schedule times a factor.

    Args:
        schedule: A `keras.optimizers.schedules.LearningRateSchedule`.
        factor: Greater than 0.

    Example:

    >>> cosine = keras.optimizers.schedules.CosineDecay(0.25, 100)
    >>> float(ScaledSchedule(cosine, 2.0)(0))
    0.5
    """

    def __init__(self, schedule: Schedule, factor: float) -> None:
        self.schedule = schedule
        self.factor = factor

    def __call__(self, step: Any) -> Tensor:
        """The learning rate of a step, counted from 0."""
        return self.factor * self.schedule(step)

    def get_config(self) -> Config:
        """Every argument of `__init__`."""
        serialize = keras.saving.serialize_keras_object
        return {"schedule": serialize(self.schedule), "factor": self.factor}

    @classmethod
    def from_config(cls, config: Config) -> "ScaledSchedule":
        """The schedule of a config."""
        inner = keras.saving.deserialize_keras_object(config["schedule"])
        return cls(inner, config["factor"])


def has_number(optimizer: keras.optimizers.Optimizer) -> bool:
    """Whether the learning rate is a number, which can be set.

    Raises:
        ValueError: The optimizer is a `MultiOptimizer`, which has several.

    Example:

    >>> has_number(keras.optimizers.SGD(0.1))
    True
    """
    if hasattr(optimizer, "optimizers"):
        raise ValueError(
            f"Received: {optimizer.name!r}, which holds several optimizers. "
            "Expected one learning rate. Find it with a single optimizer, or "
            "set the rates by hand."
        )
    return isinstance(optimizer.learning_rate, keras.Variable)


def get_learning_rate(model: keras.Model) -> float:
    """The learning rate of the next step."""
    return read_number(model.optimizer.learning_rate)


def set_learning_rate(
    model: keras.Model, rate: float, steps: int | None = None
) -> float:
    """Sets the learning rate; a schedule is scaled so that its peak is `rate`.

    Args:
        model: A compiled model. If its optimizer has a schedule, the training
            step is compiled anew.
        rate: Greater than 0.
        steps: Training steps in which the schedule has its peak; `None` looks
            at the first million.

    Returns:
        What the rate or the peak was before.

    Raises:
        ValueError: The schedule cannot be read.

    Example:

    >>> model = keras.Sequential([keras.Input((2,)), keras.layers.Dense(1)])
    >>> cosine = keras.optimizers.schedules.CosineDecay(0.1, 100)
    >>> model.compile(keras.optimizers.SGD(cosine), "mse")
    >>> round(set_learning_rate(model, 0.5), 3)
    0.1
    >>> float(model.optimizer.learning_rate)
    0.5
    """
    optimizer = model.optimizer
    if has_number(optimizer):
        before = get_learning_rate(model)
        optimizer.learning_rate = rate
        return before
    schedule = _schedule(optimizer)
    before = _peak(schedule, steps)
    if isinstance(schedule, ScaledSchedule):
        schedule = schedule.schedule
    factor = rate / _peak(schedule, steps)
    optimizer.learning_rate = ScaledSchedule(schedule, factor)
    model.make_train_function(force=True)
    return before


@contextlib.contextmanager
def settable_rate(model: keras.Model) -> Iterator[None]:
    """Lets `model.optimizer.learning_rate` be set to numbers for a while.

    An optimizer with a schedule is replaced by an equal one with a number.

    Args:
        model: A compiled model with a built optimizer.

    Raises:
        ValueError: The schedule cannot be read.
    """
    optimizer = model.optimizer
    if has_number(optimizer):
        yield
        return
    _schedule(optimizer)
    model.optimizer = _with_number(model)
    model.make_train_function(force=True)
    try:
        yield
    finally:
        model.optimizer = optimizer
        model.make_train_function(force=True)


def _with_number(model: keras.Model) -> keras.optimizers.Optimizer:
    config = model.optimizer.get_config()
    inner = config.get("inner_optimizer", {}).get("config", config)
    inner["learning_rate"] = 0.5
    with strategy_scope(model):
        new = type(model.optimizer).from_config(config)
        new.build(model.trainable_variables)
    added = new.learning_rate
    for variable, old in zip(
        [each for each in new.variables if each is not added],
        model.optimizer.variables,
        strict=True,
    ):
        variable.assign(ops.copy(old))
    return new


def _schedule(optimizer: keras.optimizers.Optimizer) -> Schedule:
    """A copy of the optimizer's schedule."""
    try:
        config = optimizer.get_config()
        inner = config.get("inner_optimizer", {}).get("config", config)
        found = keras.saving.deserialize_keras_object(inner["learning_rate"])
    except (NotImplementedError, TypeError, ValueError) as error:
        raise ValueError(UNREADABLE.format(optimizer.name)) from error
    if not isinstance(found, Schedule):
        raise ValueError(UNREADABLE.format(optimizer.name))
    return found


def _peak(schedule: Schedule, steps: int | None) -> float:
    places = np.geomspace(1, 1e6, 257) - 1
    if steps:
        places = np.linspace(0, steps, 257)
    # As one program: JAX would compile every call of a schedule with branches.
    rates = ops.map(
        lambda step: ops.cast(schedule(step), "float32"),
        ops.convert_to_tensor(places.astype("int32")),
    )
    return float(ops.convert_to_numpy(rates).max())


@dataclasses.dataclass(frozen=True)
class RateScaling:
    """The rule by which a learning rate follows the batch size.

    Args:
        rule: `"linear"` or `"square root"`.
        optimizer: Name of the optimizer that asks for it.
        base_batch_size: Batch size that the learning rate was chosen for.
        batch_size: Batch size that it is to be used with.
    """

    rule: str
    optimizer: str
    base_batch_size: int
    batch_size: int

    @property
    def factor(self) -> float:
        """By what the learning rate is multiplied."""
        ratio = self.batch_size / self.base_batch_size
        return ratio if self.rule == "linear" else ratio**0.5

    def __str__(self) -> str:
        if self.factor == 1:
            return f"A learning rate for {self.base_batch_size} stays."
        return (
            f"A learning rate for {self.base_batch_size} becomes "
            f"{self.factor:.3g} times as large ({self.rule} rule of "
            f"{self.optimizer})."
        )


def scale_rate(
    optimizer: Any, batch_size: int, base_batch_size: int
) -> RateScaling:
    """The usual rule for an optimizer.

    Under SGD the rate grows as the batch size. Optimizers that divide by the
    size of the gradient (Adam, LAMB, RMSprop and all others) average noise, and
    theirs grows as its square root.

    Args:
        optimizer: A `keras.optimizers.Optimizer`.
        batch_size: The new batch size, at least 1.
        base_batch_size: The batch size that the rate was chosen for.

    Example:

    >>> scaling = scale_rate(keras.optimizers.Adam(), 128, 32)
    >>> print(scaling.factor, scaling)
    2.0 A learning rate for 32 becomes 2 times as large (square root rule of \
Adam).

    Reference:
        [Goyal et al., 2017](https://arxiv.org/abs/1706.02677), section 2.1;
        [Malladi et al., 2022](https://arxiv.org/abs/2205.10287).
    """
    inner = getattr(optimizer, "inner_optimizer", optimizer)
    name = type(inner).__name__
    rule = "linear" if name == "SGD" else "square root"
    return RateScaling(rule, name, base_batch_size, batch_size)

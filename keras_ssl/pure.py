"""A call of a method that stores nothing, eager or inside a trace."""

from collections.abc import Callable
from collections.abc import Mapping
from concurrent.futures import ThreadPoolExecutor
from typing import Any
from typing import TypeAlias

import keras
from keras import ops

from keras_ssl.methods import Method
from keras_ssl.typing import Config
from keras_ssl.typing import Tensor
from keras_ssl.views import FEATURES

State: TypeAlias = dict[str, Tensor]


def pure_call(
    kind: type[Method],
    inputs: Mapping[str, Tensor],
    constants: Config,
    state: State | None = None,
) -> tuple[Tensor, State]:
    """Calls a method with a given state, as a pure function.

    Args:
        kind: The method's class.
        inputs: What `kind.call` takes, by name and in its order.
        constants: Arguments of `kind`.
        state: The state, by name; `None` for that of a new method.

    Returns:
        The loss, a scalar, float32, and the next state.

    Raises:
        ValueError: The method trains weights, or the state is not one of it.

    Example:

    >>> kind = keras_ssl.methods.SoftMatch
    >>> views = {"weak": [[3.0, 0.0]], "strong": [[1.0, 1.0]]}
    >>> _, state = pure_call(kind, views, {})
    >>> round(float(state["mean"]), 4)
    0.5005
    """
    tensors = {name: ops.convert_to_tensor(x) for name, x in inputs.items()}
    method = _create(kind, constants, tensors)
    variables = state_of(method)
    with keras.StatelessScope(initialize_variables=False) as scope:
        for name, value in _checked(state, variables).items():
            variables[name].assign(value)
        loss = method(*tensors.values())
        return loss, {
            name: _value(scope, variable)
            for name, variable in variables.items()
        }


def state_of(layer: keras.layers.Layer) -> dict[str, keras.Variable]:
    """The variables of a built method by the attributes that hold them.

    Example:

    >>> method = keras_ssl.methods.FreeMatch()
    >>> method.build_for(num_classes=10, num_features=None)
    >>> list(state_of(method))
    ['threshold', 'probability', 'histogram']
    """
    found = {}
    for name, value in vars(layer).items():
        if isinstance(value, keras.Variable):
            found[name] = value
        elif isinstance(value, keras.layers.Layer):
            for key, variable in state_of(value).items():
                found[name if key == "value" else f"{name}.{key}"] = variable
    return found


def _create(
    kind: type[Method], constants: Config, inputs: Mapping[str, Tensor]
) -> Method:
    """A method whose variables have an initializer and no value."""
    logits = [x for name, x in inputs.items() if not name.endswith(FEATURES)]
    features = [x for name, x in inputs.items() if name.endswith(FEATURES)]
    num_features = features[0].shape[-1] if features else None
    method = _Elsewhere(
        _build, kind, constants, logits[0].shape[-1], num_features
    ).result
    if method.trainable_variables:
        raise ValueError(
            f"Received: {kind.__name__}, which trains weights of its own. "
            "Expected a method without. Create the method itself, call it, and "
            "train its `trainable_variables` too."
        )
    return method


def _build(
    kind: type[Method],
    constants: Config,
    num_classes: int,
    num_features: int | None,
) -> Method:
    with keras.StatelessScope(initialize_variables=False):
        method = kind(**constants)
        method.build_for(num_classes, num_features)
    return method


class _Elsewhere:
    """The result of a call in another thread.

    Keras lists variables without a value, by thread, to give them one when the
    next scope ends; in a trace, that fails. AutoGraph, which would translate
    the call, leaves constructors alone.
    """

    def __init__(self, function: Callable[..., Any], *args: Any) -> None:
        with ThreadPoolExecutor(max_workers=1) as thread:
            self.result = thread.submit(function, *args).result()


def _checked(state: Any, variables: Mapping[str, Any]) -> Mapping[str, Any]:
    if state is None:
        return {}
    if isinstance(state, Mapping) and set(state) == set(variables):
        return state
    keys = sorted(state) if isinstance(state, Mapping) else type(state).__name__
    raise ValueError(
        f"Received: state={keys}. Expected a dictionary with the keys "
        f"{sorted(variables)}. Pass state=None to the first call, and to every "
        "other the state that the call before returned."
    )


def _value(scope: keras.StatelessScope, variable: keras.Variable) -> Tensor:
    # Read from the scope, as `value` may be cast to half precision.
    value = scope.get_current_value(variable)
    return variable.value if value is None else value

"""Every method's unlabeled loss as a pure function, for a loop of your own.

A function takes the method's inputs, then its constants by keyword. It stores
nothing, so that it may be called eagerly, in `tf.function` and in `jax.jit`.
One that keeps statistics also takes and returns a state. Weighing the loss, and
adding that of the labeled images, is up to you. Methods that mix images, or
train weights of their own, have no such function: see `keras_ssl.methods`.

>>> logits = np.array([[3.0, 0.0], [0.0, 1.0]])
>>> round(float(keras_ssl.losses.fixmatch(logits, logits, threshold=0.9)), 4)
0.0243
"""

import inspect
import re
from collections.abc import Callable
from collections.abc import Mapping
from concurrent.futures import ThreadPoolExecutor
from inspect import Parameter
from inspect import Signature
from typing import Any
from typing import TypeAlias

import keras
from keras import ops

from keras_ssl.methods import METHODS
from keras_ssl.methods import Method
from keras_ssl.methods.method import SIZES
from keras_ssl.model.views import FEATURES
from keras_ssl.utils.typing import Config
from keras_ssl.utils.typing import Tensor

State: TypeAlias = dict[str, Tensor]

KEYWORD = Parameter.KEYWORD_ONLY
DOCUMENT = """{about}

This is `keras_ssl.methods.{method}` as a function that stores nothing.

Args:
{arguments}

Returns:
    The loss, a scalar, float32{after}.

Example:

>>> logits = np.array([[3.0, 0.0], [0.0, 1.0]], "float32")
{example}
>>> len(loss.shape)
0
"""
STATE = """    state: What the call before returned: tensors by name, which may
        go through `tf.function` and `jax.jit`. `None` begins anew."""
INPUTS = {  # by what their names end in
    FEATURES: "Features `(n, d)` of this view.",
    "index": "`(n,)`, int32: which image each one is.",
    "labels": "One-hot `(b, num_classes)`, of the labeled images.",
    "": "Logits `(n, num_classes)` of this view.",
}


def stateless(kind: type[Method]) -> Callable[..., Tensor]:
    """A method without state as a pure function.

    Args:
        kind: The method's class.

    Returns:
        A function of what `kind.call` takes and, as keywords, of the arguments
        of `kind`. It returns the loss.

    Example:

    >>> loss = keras_ssl.losses.stateless(keras_ssl.methods.FixMatch)
    >>> round(float(loss([[3.0, 0.0]], [[0.0, 0.0]], threshold=0.8)), 4)
    0.6931
    """
    signature = _signature(kind)

    def function(*args: Any, **kwargs: Any) -> Tensor:
        loss, state = _call(kind, signature.bind(*args, **kwargs))
        if state:
            raise ValueError(
                f"Received: {kind.__name__}, which keeps {sorted(state)}. "
                "Expected a method without state. Use `stateful`."
            )
        return loss

    return _named(function, kind, signature)


def stateful(kind: type[Method]) -> Callable[..., tuple[Tensor, State]]:
    """A method that keeps statistics as a pure function.

    Args:
        kind: The method's class.

    Returns:
        A function of what `kind.call` takes and, as keywords, of the arguments
        of `kind` and `state`. It returns the loss and the next state.

    Example:

    >>> loss = keras_ssl.losses.stateful(keras_ssl.methods.FreeMatch)
    >>> logits = np.array([[3.0, 0.0], [0.0, 1.0]])
    >>> value, state = loss(logits, logits, momentum=0.9)
    >>> sorted(state)
    ['histogram', 'probability', 'threshold']
    """
    plain = _signature(kind)
    state = Parameter("state", KEYWORD, default=None, annotation=State | None)
    signature = plain.replace(parameters=[*plain.parameters.values(), state])

    def function(*args: Any, **kwargs: Any) -> tuple[Tensor, State]:
        return _call(kind, signature.bind(*args, **kwargs))

    return _named(function, kind, signature)


def _call(
    kind: type[Method], bound: inspect.BoundArguments
) -> tuple[Tensor, State]:
    constants = dict(bound.arguments)
    state = constants.pop("state", None)
    inputs = {name: constants.pop(name, None) for name in _inputs(kind)}
    while inputs and [*inputs.values()][-1] is None:
        inputs.popitem()
    return pure_call(kind, inputs, constants, state)


def _inputs(kind: type[Method]) -> dict[str, Parameter]:
    return dict(list(inspect.signature(kind.call).parameters.items())[1:])


def _signature(kind: type[Method]) -> Signature:
    constants = [
        each.replace(kind=KEYWORD)
        for each in inspect.signature(kind).parameters.values()
        if each.kind is not Parameter.VAR_KEYWORD
    ]
    return Signature([*_inputs(kind).values(), *constants])


def _named(
    function: Callable[..., Any], kind: type[Method], signature: Signature
) -> Callable[..., Any]:
    names = {method: name for name, method in METHODS.items()}
    name = names.get(kind, kind.__name__)
    function.__name__ = function.__qualname__ = name
    function.__doc__ = _document(name, kind, signature)
    function.__signature__ = signature  # type: ignore[attr-defined]
    return function


def _document(name: str, kind: type[Method], signature: Signature) -> str:
    text = inspect.cleandoc(kind.__doc__ or "") + "\n"
    constants = re.search(r"^Args:\n((?: +.*\n)*)", text, re.MULTILINE)
    state = "state" in signature.parameters
    lines = [f"    {each}: {_describe(each)}\n" for each in _inputs(kind)]
    lines += [constants[1]] if constants else []
    lines += [STATE] if state else []
    return DOCUMENT.format(
        about=re.split(r"\n\n(?:Args|Attributes|Example):", text)[0],
        method=kind.__name__,
        arguments="".join(lines).rstrip(),
        after=", and the next state" if state else "",
        example=_example(name, signature, state),
    )


def _describe(name: str) -> str:
    return next(INPUTS[suffix] for suffix in INPUTS if name.endswith(suffix))


def _example(name: str, signature: Signature, state: bool) -> str:
    arguments = [
        "[0, 1]" if each.endswith("index") else "logits"
        for each, parameter in signature.parameters.items()
        if parameter.kind is parameter.POSITIONAL_OR_KEYWORD
    ]
    arguments += [f"{s}=2" for s in SIZES if s in signature.parameters]
    call = f"keras_ssl.losses.{name}({', '.join(arguments)}"
    if not state:
        return f">>> loss = {call})"
    return f">>> loss, state = {call})\n>>> loss, state = {call}, state=state)"


def __getattr__(name: str) -> Callable[..., Any]:
    kind = METHODS.get(name)
    if kind is None or kind.mix is not None or _takes_features(kind):
        raise AttributeError(
            f"Received: {name!r}. Expected one of {__dir__()}. "
            f"Methods that mix or train are in `keras_ssl.methods`."
        )
    keeps = kind.build is not Method.build or state_of(kind())
    globals()[name] = stateful(kind) if keeps else stateless(kind)
    return globals()[name]


def __dir__() -> list[str]:
    return [
        name
        for name, kind in METHODS.items()
        if kind.mix is None and not _takes_features(kind)
    ]


def _takes_features(kind: type[Method]) -> bool:
    return any(name.endswith(FEATURES) for name in _inputs(kind))


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

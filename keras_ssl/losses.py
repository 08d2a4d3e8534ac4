"""Every method's unlabeled loss as a pure function, for a loop of your own.

A function takes what `call` of the method in `keras_ssl.methods` takes, then
the method's arguments by keyword. It stores nothing: call it eagerly, in
`tf.function` or in `jax.jit`. One that keeps statistics also takes `state`,
`None` at first, and returns the loss and the next state: tensors by name.
Weigh the loss and add that of the labeled images yourself. Methods that mix
images or train weights of their own have no such function.

>>> logits = np.array([[3.0, 0.0], [0.0, 1.0]])
>>> round(float(keras_ssl.losses.fixmatch(logits, logits, threshold=0.9)), 4)
0.0243
>>> loss, state = keras_ssl.losses.freematch(logits, logits, momentum=0.9)
>>> loss, state = keras_ssl.losses.freematch(logits, logits, state=state)
>>> sorted(state)
['histogram', 'probability', 'threshold']

Public names:

- `adamatch`: The loss of `keras_ssl.methods.AdaMatch` as a pure function.
- `aligned_softmatch`: The loss of `keras_ssl.methods.AlignedSoftMatch` as a
  pure function.
- `defixmatch`: The loss of `keras_ssl.methods.DeFixMatch` as a pure function.
- `fixmatch`: The loss of `keras_ssl.methods.FixMatch` as a pure function.
- `flexmatch`: The loss of `keras_ssl.methods.FlexMatch` as a pure function.
- `freematch`: The loss of `keras_ssl.methods.FreeMatch` as a pure function.
- `mean_teacher`: The loss of `keras_ssl.methods.MeanTeacher` as a pure
  function.
- `noisy_student`: The loss of `keras_ssl.methods.NoisyStudent` as a pure
  function.
- `pi_model`: The loss of `keras_ssl.methods.PiModel` as a pure function.
- `pseudo_label`: The loss of `keras_ssl.methods.PseudoLabel` as a pure
  function.
- `pure_call`: Calls a method with a given state: the loss and the next state.
- `softmatch`: The loss of `keras_ssl.methods.SoftMatch` as a pure function.
- `state_of`: Names the variables of a built method by the attributes that hold
  them.
- `stateful`: A pure function from views and `state` to the loss and the next
  state.
- `stateless`: A pure function from views to the loss of a method without state.
- `uda`: The loss of `keras_ssl.methods.UDA` as a pure function.
"""

import contextlib
import inspect
from collections.abc import Callable
from collections.abc import Iterator
from collections.abc import Mapping
from typing import Any
from typing import TypeAlias

import keras
from keras import ops

from keras_ssl import methods
from keras_ssl.methods import METHODS
from keras_ssl.methods import Method
from keras_ssl.model.views import FEATURES
from keras_ssl.model.views import VIEWS
from keras_ssl.model.views import image_name
from keras_ssl.utils.layers import attributes
from keras_ssl.utils.typing import Config
from keras_ssl.utils.typing import Tensor

__all__ = [
    "adamatch",
    "aligned_softmatch",
    "defixmatch",
    "fixmatch",
    "flexmatch",
    "freematch",
    "mean_teacher",
    "noisy_student",
    "pi_model",
    "pseudo_label",
    "pure_call",
    "softmatch",
    "state_of",
    "stateful",
    "stateless",
    "uda",
]

State: TypeAlias = dict[str, Tensor]
ROWS = "index", "labeled_index", "sample_weight"

DOCUMENT = """The loss of `keras_ssl.methods.{kind}` as a pure function.

Args:
    *views: {views}; the method says what they are.
    state: What the call before returned, of a method that keeps statistics.
    **keywords: Arguments of the method, or views by name.

Returns:
    The {returns}.

Example:

>>> logits = np.array([[3.0, 0.0], [0.0, 1.0]], "float32")
>>> {returns} = keras_ssl.losses.{call}
>>> len(loss.shape)
0
"""


def stateless(kind: type[Method]) -> Callable[..., Tensor]:
    """A pure function from views to the loss of a method without state.

    Args:
        kind: The method's class.

    Example:

    >>> loss = keras_ssl.losses.stateless(keras_ssl.methods.FixMatch)
    >>> round(float(loss([[3.0, 0.0]], [[0.0, 0.0]], threshold=0.8)), 4)
    0.6931
    """
    both = stateful(kind)

    def loss(*views: Tensor, **keywords: Any) -> Tensor:
        value, state = both(*views, **keywords)
        if state:
            raise ValueError(
                f"Received: {kind.__name__}, which keeps {sorted(state)}. "
                "Expected a method without state. Use `stateful`."
            )
        return value

    return _named(loss, kind, "loss")


def stateful(kind: type[Method]) -> Callable[..., tuple[Tensor, State]]:
    """A pure function from views and `state` to the loss and the next state.

    Args:
        kind: The method's class.

    Example:

    >>> loss = keras_ssl.losses.stateful(keras_ssl.methods.SoftMatch)
    >>> value, state = loss([[3.0, 0.0]], [[1.0, 1.0]])
    >>> round(float(state["mean"]), 4)
    0.5005
    """
    signature = inspect.signature(kind.call)
    names = list(signature.parameters)[1:]

    def loss(
        *views: Tensor, state: State | None = None, **keywords: Any
    ) -> tuple[Tensor, State]:
        named = {k: keywords.pop(k) for k in names if k in keywords}
        given = _bind(signature, kind, views, named)
        inputs = {k: given[k] for k in names if given.get(k) is not None}
        if list(inputs) != names[: len(inputs)]:
            raise TypeError(
                f"Received: {list(inputs)}. Expected {names}, of which only "
                "the last may be left out. Pass those before them too."
            )
        return pure_call(kind, inputs, keywords, state)

    return _named(loss, kind, "loss, state")


def _bind(
    signature: inspect.Signature,
    kind: type[Method],
    views: tuple[Tensor, ...],
    named: Config,
) -> Config:
    try:
        return signature.bind(None, *views, **named).arguments
    except TypeError:
        names = list(signature.parameters)[1:]
        raise TypeError(
            f"Received: {len(views)} view(s), and {list(named)} by name. "
            f"Expected {names} for {kind.__name__}, in this order. Pass the "
            "logits of each view, then the method's arguments by keyword."
        ) from None


def _named(
    loss: Callable[..., Any], kind: type[Method], returns: str
) -> Callable[..., Any]:
    names = {method: name for name, method in METHODS.items()}
    loss.__name__ = loss.__qualname__ = names.get(kind, kind.__name__)
    views = list(inspect.signature(kind.call).parameters)[1:]
    given = ["[0, 1]" if name == "index" else "logits" for name in views]
    sizes = ["num_unlabeled=2"] if "index" in views else []
    loss.__doc__ = DOCUMENT.format(
        kind=kind.__name__,
        views=", ".join(views),
        returns=returns,
        call=f"{loss.__name__}({', '.join(given + sizes)})",
    )
    return loss


def pure_call(
    kind: type[Method],
    inputs: Mapping[str, Tensor],
    constants: Config,
    state: State | None = None,
) -> tuple[Tensor, State]:
    """Calls a method with a given state: the loss and the next state.

    Args:
        kind: The method's class.
        inputs: What `kind.call` takes, by name and in its order.
        constants: Arguments of `kind`.
        state: Tensors by name; `None` for those of a new method.

    Raises:
        ValueError: The method trains weights, or the state is not one of it.

    Example:

    >>> views = {"weak": [[3.0, 0.0]], "strong": [[1.0, 1.0]]}
    >>> _, state = pure_call(keras_ssl.methods.SoftMatch, views, {})
    >>> sorted(state)
    ['alignment.predictions', 'mean', 'variance']
    """
    tensors = {name: ops.convert_to_tensor(x) for name, x in inputs.items()}
    _check_shapes(tensors)
    _check_constants(kind, constants)
    sizes: dict[bool, int] = {}
    for name, tensor in tensors.items():
        sizes.setdefault(name.endswith(FEATURES), tensor.shape[-1])
    with _constants():
        method = kind(**constants)
        method.build_for(sizes[False], sizes.get(True))
    _refuse_weights(method)
    kept = state_of(method)
    given = [(kept[name], x) for name, x in _checked(state, kept).items()]
    with keras.StatelessScope(given, initialize_variables=False) as scope:
        loss = method(*tensors.values())
        return loss, {name: _value(scope, v) for name, v in kept.items()}


def _check_shapes(tensors: Mapping[str, Tensor]) -> None:
    """Raises `ValueError` unless views have rows for the same images."""
    images: dict[str, Any] = {}
    classes: dict[str, Any] = {}
    for name, tensor in tensors.items():
        shape, rank = tuple(tensor.shape), 1 if name in ROWS else 2
        if len(shape) != rank:
            form = "(n,)" if rank == 1 else "(n, num_classes)"
            raise ValueError(
                f"Received: {name} of shape {shape}. Expected {form}, one row "
                "an image. Pass what the network gives for a batch of images."
            )
        view = VIEWS.get(image_name(name))
        _agree(name, shape[0], images, view.source if view else name, "images")
        if rank == 2 and not name.endswith(FEATURES):
            _agree(name, shape[1], classes, "classes", "classes")


def _agree(
    name: str, size: Any, known: dict[Any, Any], key: str, what: str
) -> None:
    before, first = known.setdefault(key, (size, name))
    if None not in (size, before) and size != before:
        raise ValueError(
            f"Received: {first} with {before} {what}, and {name} with {size}. "
            f"Expected as many in both. Pass views of the same {what}."
        )


def _check_constants(kind: type[Method], constants: Config) -> None:
    known = set(inspect.signature(kind).parameters) | {"name", "dtype"}
    unknown = sorted(constants.keys() - known)
    if unknown:
        raise TypeError(
            f"Received: the arguments {unknown} for {kind.__name__}. Expected "
            f"some of {sorted(known - {'kwargs'})}. Correct the name."
        )


def _value(scope: keras.StatelessScope, variable: keras.Variable) -> Tensor:
    # Read from the scope, as `value` may be cast to half precision.
    value = scope.get_current_value(variable)
    return variable.value if value is None else value


def state_of(layer: keras.layers.Layer) -> dict[str, keras.Variable]:
    """Names the variables of a built method by the attributes that hold them.

    Args:
        layer: The method.

    Example:

    >>> method = keras_ssl.methods.FreeMatch()
    >>> method.build_for(num_classes=10, num_features=None)
    >>> list(state_of(method))
    ['threshold', 'probability', 'histogram']
    """
    found = {}
    for name, value in attributes(layer).items():
        if isinstance(value, keras.Variable):
            found[name] = value
        elif isinstance(value, keras.layers.Layer):
            for key, variable in state_of(value).items():
                found[name if key == "value" else f"{name}.{key}"] = variable
    return found


@contextlib.contextmanager
def _constants() -> Iterator[None]:
    """Makes new variables constants, also while a caller is compiled."""
    if keras.backend.backend() == "tensorflow":
        import tensorflow as tf

        def constant(_: Any, *, initial_value: Any, **__: Any) -> Tensor:
            value = (
                initial_value() if callable(initial_value) else initial_value
            )
            return tf.convert_to_tensor(value)

        with tf.init_scope(), tf.variable_creator_scope(constant):
            yield
    elif keras.backend.backend() == "jax":
        import jax

        with jax.ensure_compile_time_eval():
            yield
    else:
        yield


def _refuse_weights(method: Method) -> None:
    if method.trainable_variables:
        raise ValueError(
            f"Received: {type(method).__name__}, which trains weights of its "
            "own. Expected a method without. Create the method itself, call "
            "it, and train its `trainable_variables` too."
        )


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


adamatch = stateful(methods.AdaMatch)
aligned_softmatch = stateful(methods.AlignedSoftMatch)
defixmatch = stateless(methods.DeFixMatch)
fixmatch = stateless(methods.FixMatch)
flexmatch = stateful(methods.FlexMatch)
freematch = stateful(methods.FreeMatch)
mean_teacher = stateful(methods.MeanTeacher)
noisy_student = stateful(methods.NoisyStudent)
pi_model = stateful(methods.PiModel)
pseudo_label = stateful(methods.PseudoLabel)
softmatch = stateful(methods.SoftMatch)
uda = stateless(methods.UDA)

"""The model that trains: wrapped, and compiled as the user's or by default."""

from typing import Any

import keras

from keras_ssl.data.task import check_task
from keras_ssl.inspection.inspection import Inspection
from keras_ssl.model.semi_supervised import SemiSupervisedModel
from keras_ssl.utils.devices import strategy_scope


def assemble(
    model: keras.Model, found: Inspection, method: Any, **options: Any
) -> SemiSupervisedModel:
    """Wraps and compiles a model, unless the user has done so.

    A compiled model keeps its loss and metrics, and an optimizer like its own.
    Another gets Adam, the cross-entropy that fits outputs and labels, and
    "accuracy".

    Args:
        model: A classifier, or a `SemiSupervisedModel` that is returned as it
            is, but for being compiled.
        found: What `keras_ssl.inspect` found.
        method: Of `SemiSupervisedModel`; `None` for its default.
        **options: Other arguments of `SemiSupervisedModel`.

    Raises:
        ValueError: The task is not one of classes that exclude one another, the
            model cannot be compiled anew, or options come with a
            `SemiSupervisedModel`, which has its own.
    """
    check_task(found.task)
    if isinstance(model, SemiSupervisedModel):
        if options or method is not None:
            names = [*(["method"] if method is not None else []), *options]
            raise ValueError(
                f"Received: {', '.join(names)} beside a `SemiSupervisedModel`. "
                "Expected a model that decides them itself. Pass them to "
                "`SemiSupervisedModel`, or the plain model to `train`."
            )
        wrapped = model
    else:
        if method is not None:
            options["method"] = method
        options = {"value_range": found.value_range, **options}
        with strategy_scope(model):
            wrapped = SemiSupervisedModel(model, **options)
    if not wrapped.compiled:
        _compile(wrapped, model, found)
    return wrapped


def _compile(
    wrapped: SemiSupervisedModel, model: keras.Model, found: Inspection
) -> None:
    if getattr(model, "compiled", False) and model is not wrapped:
        config = _compile_config(model)
        with strategy_scope(model):
            wrapped.compile_from_config(config)
        return
    kind = keras.losses.SparseCategoricalCrossentropy
    if found.splits["labeled"].labels in ("one-hot", "soft"):
        kind = keras.losses.CategoricalCrossentropy
    loss = kind(from_logits=found.model.outputs == "logits")
    with strategy_scope(model):
        wrapped.compile("adam", loss=loss, metrics=["accuracy"])


def _compile_config(model: keras.Model) -> Any:
    config = dict(model.get_compile_config())
    if config.get("jit_compile"):  # it is for us to ask whether XLA can
        config["jit_compile"] = "auto"
    try:
        keras.saving.deserialize_keras_object(config)
    except (TypeError, ValueError) as error:
        raise ValueError(
            f"Received: {model.name!r}, compiled with something that cannot be "
            f"compiled anew ({error}). Expected objects that Keras can save. "
            "Pass `SemiSupervisedModel(model, ...)`, compiled by yourself."
        ) from error
    return config

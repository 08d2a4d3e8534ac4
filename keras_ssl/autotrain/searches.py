"""The searches of `train`: augmentation, batch size and learning rate."""

import contextlib
import dataclasses
import importlib.util
from collections.abc import Mapping
from typing import Any

import keras

from keras_ssl import data
from keras_ssl import finders
from keras_ssl.augmentation.policy import Policy
from keras_ssl.autotrain.parts import Parts
from keras_ssl.autotrain.run import FOUND
from keras_ssl.autotrain.run import Run
from keras_ssl.autotrain.training import name_of
from keras_ssl.callbacks.augmentation_finder import UNMIXED
from keras_ssl.finders.optimizer_rate import get_learning_rate
from keras_ssl.finders.optimizer_rate import set_learning_rate
from keras_ssl.inspection import Inspection
from keras_ssl.inspection import inspect
from keras_ssl.model.phases import SUPERVISED
from keras_ssl.plots.svg import to_svg
from keras_ssl.report.record import Finding
from keras_ssl.utils.checks import are_arrays
from keras_ssl.utils.jsonable import to_plain

DEFAULT_BATCH_SIZE = 32  # of `fit`
OF_DATASET = "for data that do not come in batches"
OF_MODEL = "of the compiled model"


def choose_augmentation(run: Run, options: Mapping[str, Any]) -> None:
    """Finds the strong view, on request.

    Where nothing gained, the view stays as it was.

    Args:
        run: The run.
        options: What the user gave for the model.

    Raises:
        ValueError: The user gave a strong view, or there are no arrays to
            search on.
    """
    if "strong" in options:
        raise ValueError(
            f"Received: strong={options['strong']!r} and "
            "search_augmentation=True. Expected a strong view that is given, "
            "or one that is found. Pass one of them."
        )
    labeled, validation = run.parts.labeled, run.parts.validation
    if not are_arrays(labeled) or not are_arrays(validation):
        raise ValueError(
            "Received: search_augmentation=True, and data that are no arrays. "
            "Expected labeled and validation images as arrays to search on. "
            "Pass arrays, or `strong=` with a preset."
        )
    if run.state.policy:
        policy = Policy.from_config(run.state.policy)
        run.model.set_augmentation(strong=policy)
    if run.recall("strong") is not None:
        return
    with run.timed("augmentation"):
        result = finders.find_augmentation(
            run.model,
            labeled[:2],
            validation[:2],
            search=UNMIXED,
            folder=run.folder and run.folder / "augmentation",
            verbose=run.verbose,
        )
    if result.kept:
        run.model.set_augmentation(strong=result.policy())
        run.state.policy = to_plain(result.policy().get_config())
    run.say(result.reason)
    why = f"{FOUND}: {result.reason}"
    run.note("strong", name_of(run.model.strong), why)
    _keep(run, "Augmentation", result)


def choose_batch_size(
    run: Run, batch_size: int | None, unlabeled_ratio: int
) -> int:
    """Finds the batch size, unless it is given or the data have their own.

    Args:
        run: The run.
        batch_size: What the user gave.
        unlabeled_ratio: Unlabeled images per labeled one.

    Returns:
        Labeled images a step, for data that are not batched yet.
    """
    before = run.recall("batch_size")
    if before is not None and batch_size is None:
        return int(before)
    arrays = are_arrays(run.parts.labeled) and are_arrays(run.parts.unlabeled)
    if batch_size is not None:
        run.note("batch_size", batch_size, "given" if arrays else OF_DATASET)
        return batch_size
    if not arrays:
        run.note("batch_size", DEFAULT_BATCH_SIZE, OF_DATASET)
        return DEFAULT_BATCH_SIZE
    with run.timed("batch size"):
        result = finders.find_batch_size(
            run.model,
            run.parts.labeled,
            run.parts.unlabeled,
            unlabeled_ratio=unlabeled_ratio,
        )
    run.say(result.reason)
    run.note("batch_size", result.batch_size, f"{FOUND}: {result.reason}")
    _keep(run, "Batch size", result)
    return result.batch_size


def choose_learning_rate(
    run: Run,
    learning_rate: float | None,
    *,
    compiled: bool,
    batch_size: int,
    unlabeled_ratio: int,
) -> float:
    """Finds the learning rate, unless it is given, and sets it.

    Args:
        run: The run.
        learning_rate: What the user gave.
        compiled: Whether the user has compiled the model.
        batch_size: Labeled images a step.
        unlabeled_ratio: Unlabeled images per labeled one.

    Returns:
        The learning rate.
    """
    found = run.recall("learning_rate")
    rate = found if learning_rate is None else learning_rate
    if rate is None and compiled:
        rate = get_learning_rate(run.model)
        run.note("learning_rate", rate, OF_MODEL)
        return rate
    if rate is None:
        return _find_learning_rate(run, batch_size, unlabeled_ratio)
    set_learning_rate(run.model, float(rate))
    if learning_rate is not None:
        run.note("learning_rate", rate, "given")
    return float(rate)


def _find_learning_rate(
    run: Run, batch_size: int, unlabeled_ratio: int
) -> float:
    run.model.phase = SUPERVISED
    with run.timed("learning rate"):
        batches = data.pair(
            run.parts.labeled,
            run.parts.unlabeled,
            batch_size=batch_size,
            unlabeled_ratio=unlabeled_ratio,
            class_weight=run.parts.class_weight,
            verbose=0,
        )
        result = finders.find_learning_rate(run.model, batches)
    run.say(result.reason)
    rate = result.rate
    if rate is None:
        rate = get_learning_rate(run.model)
    set_learning_rate(run.model, rate)
    run.note("learning_rate", rate, f"{FOUND}: {result.reason}")
    _keep(run, "Learning rate", result)
    return rate


def _keep(run: Run, title: str, result: Any) -> None:
    figure = result.plot
    if run.folder is not None:  # to be kept, as text
        figure = None
        with contextlib.suppress(ImportError):
            figure = result.plot and to_svg(result.plot)
    finding = Finding(title, result.reason, result.rows, figure)
    run.report.findings = [*run.report.findings, finding]
    run.save()


FEW = 32


def look_briefly(model: keras.Model, parts: Parts) -> Inspection:
    """Tells labels, outputs and range of the pixels.

    Args:
        model: The classifier.
        parts: Its data.
    """
    return _inspect(model, parts, max_images=FEW, near_duplicates=False)


def look_closely(run: Run) -> None:
    """Looks at all images, and for duplicates, unless it has been done.

    Near duplicates are looked for if the library for it is installed.

    Args:
        run: The run, whose report is completed.
    """
    if run.report.analysis:
        return
    near = importlib.util.find_spec("imagehash") is not None
    with run.timed("inspection"):
        found = _inspect(run.model, run.parts, near_duplicates=near)
    found = dataclasses.replace(found, class_names=run.parts.class_names)
    run.report.analysis = found.to_dict()
    run.report.analysis_text = str(found)
    for warning in found.warnings:
        run.say(warning)


def _inspect(model: keras.Model, parts: Parts, **options: Any) -> Inspection:
    return inspect(
        model,
        parts.labeled,
        parts.unlabeled,
        parts.validation,
        test=parts.test,
        verbose=0,
        **options,
    )

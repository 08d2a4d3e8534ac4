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
from keras_ssl.autotrain.estimate import Budget
from keras_ssl.autotrain.parts import Parts
from keras_ssl.autotrain.run import FOUND
from keras_ssl.autotrain.run import Run
from keras_ssl.autotrain.training import Schedule
from keras_ssl.autotrain.training import name_of
from keras_ssl.callbacks.augmentation_finder import UNMIXED
from keras_ssl.finders.augmentation import (
    fewest_steps as fewest_augmentation_steps,
)
from keras_ssl.finders.batch_search import DEFAULT_BATCH_SIZE
from keras_ssl.finders.learning_rate import fewest_steps
from keras_ssl.finders.optimizer_rate import get_learning_rate
from keras_ssl.finders.optimizer_rate import set_learning_rate
from keras_ssl.inspection import Inspection
from keras_ssl.inspection import inspect
from keras_ssl.model.phases import SUPERVISED
from keras_ssl.plots.svg import to_svg
from keras_ssl.report.record import Finding
from keras_ssl.utils.checks import are_arrays
from keras_ssl.utils.jsonable import to_plain
from keras_ssl.utils.text import about

LONGEST = 10 * fewest_steps() // 3  # nine short trainings
OF_DATASET = "for data that do not come in batches"
OF_MODEL = "of the compiled model"


def choose_augmentation(
    run: Run, options: Mapping[str, Any], budget: Budget
) -> None:
    """Finds the strong view, on request.

    Where nothing gained, the view stays as it was; also where the search would
    have to end before it has seen anything.

    Args:
        run: The run.
        options: What the user gave for the model.
        budget: What searches may take.

    Raises:
        ValueError: The user gave a strong view, or there are too few
            validation images.
    """
    if "strong" in options:
        raise ValueError(
            f"Received: strong={options['strong']!r} and "
            "search_augmentation=True. Expected a strong view that is given, "
            "or one that is found. Pass one of them."
        )
    labeled, validation = run.parts.labeled, run.parts.validation
    if run.state.policy:
        policy = Policy.from_config(run.state.policy)
        run.model.set_augmentation(strong=policy)
    if run.recall("strong") is not None:
        return
    most, least = budget.steps("augmentation"), fewest_augmentation_steps()
    if most is not None and most < least:
        run.say(
            f"the strong view stays {name_of(run.model.strong)}: to find one "
            f"takes {least:,} steps at least, {budget.reason}."
        )
        return
    limit = "" if most is None else f", at most {most:,} steps"
    run.say(f"finding the augmentation by short trainings{limit} ...")
    with run.timed("augmentation"):
        result = finders.find_augmentation(
            run.model,
            labeled,
            validation=validation,
            search=UNMIXED,
            folder=run.folder and run.folder / "augmentation",
            verbose=run.verbose,
            max_steps=most,
        )
    if result.kept:
        run.model.set_augmentation(strong=result.policy())
        run.state.policy = to_plain(result.policy().get_config())
    why = f"{FOUND}: {_told(run, result, budget)}"
    run.note("strong", name_of(run.model.strong), why)
    _keep(run, "Augmentation", result)


def _told(run: Run, result: Any, budget: Budget) -> str:
    """Says what a search has found, and what its limit cut off."""
    text = result.reason
    if result.stopped:
        text += f" The search {result.stopped}, {budget.reason}."
    run.say(text)
    return text


def choose_batch_size(
    run: Run, batch_size: int | None, unlabeled_ratio: int, budget: Budget
) -> int:
    """Finds the batch size, unless it is given or the data have their own.

    Args:
        run: The run.
        batch_size: What the user gave.
        unlabeled_ratio: Unlabeled images per labeled one.
        budget: What searches may take.

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
    run.say("finding the batch size: ever more images a step ...")

    def limit(step: float) -> float:
        seconds = budget.seconds("batch size", step)
        whole = budget.whole(step)
        run.say(
            f"training takes {about(whole)} or more, this search at most "
            f"{about(seconds)}."
        )
        return seconds

    with run.timed("batch size"), run.model.compiling.telling(run.verbose):
        result = finders.find_batch_size(
            run.model,
            run.parts.labeled,
            run.parts.unlabeled,
            unlabeled_ratio=unlabeled_ratio,
            max_seconds=None if budget.share is None else limit,
        )
    why = f"{FOUND}: {_told(run, result, budget)}"
    run.note("batch_size", result.batch_size, why)
    _keep(run, "Batch size", result)
    return result.batch_size


def choose_learning_rate(
    run: Run,
    learning_rate: float | None,
    *,
    compiled: bool,
    schedule: Schedule,
    budget: Budget,
    step: float | None,
) -> float:
    """Finds the learning rate, unless it is given, and sets it.

    Args:
        run: The run.
        learning_rate: What the user gave.
        compiled: Whether the user has compiled the model.
        schedule: The images of a step.
        budget: What searches may take.
        step: Seconds of a supervised step, where they are known.

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
        return _find_learning_rate(run, schedule, budget, step)
    set_learning_rate(run.model, float(rate))
    if learning_rate is not None:
        run.note("learning_rate", rate, "given")
    return float(rate)


def _find_learning_rate(
    run: Run, schedule: Schedule, budget: Budget, step: float | None
) -> float:
    run.model.phase = SUPERVISED
    most, least = budget.steps("learning rate"), fewest_steps()
    if most is not None and most < least:
        text = f"to find one takes {least:,} steps at least, {budget.reason}"
        return _keep_rate(run, text)
    longest = min(most or LONGEST, LONGEST)
    limit = f"at most {longest:,} steps"
    if step:
        limit += f", {about(step * longest)}"
    run.say(
        "finding the learning rate: a rising one, then short trainings with "
        f"some, {limit} ..."
    )
    with run.timed("learning rate"), run.model.compiling.telling(run.verbose):
        batches = data.pair(
            run.parts.labeled,
            run.parts.unlabeled,
            batch_size=schedule.batch_size,
            unlabeled_ratio=schedule.unlabeled_ratio,
            class_weight=run.parts.class_weight,
            verbose=0,
        )
        result = finders.find_learning_rate(run.model, batches, max_steps=most)
    why = f"{FOUND}: {_told(run, result, budget)}"
    if result.rate is None:
        rate = _keep_rate(run, "the search has found none")
    else:
        rate = result.rate
        set_learning_rate(run.model, rate)
        run.note("learning_rate", rate, why)
    _keep(run, "Learning rate", result)
    return rate


def _keep_rate(run: Run, why: str) -> float:
    rate = get_learning_rate(run.model)
    name = name_of(run.model.optimizer)
    run.say(f"the learning rate is {rate:.2g}, the default of {name}: {why}.")
    run.note("learning_rate", rate, f"default: {why}")
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

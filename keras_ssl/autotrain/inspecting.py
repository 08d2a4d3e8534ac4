"""The first step of `train`: to look at the model and its data."""

import importlib.util
from typing import Any

import keras

from keras_ssl.autotrain.parts import Parts
from keras_ssl.autotrain.run import Run
from keras_ssl.inspection import Inspection
from keras_ssl.inspection import inspect

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

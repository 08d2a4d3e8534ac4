"""Every setting of a run that no search has chosen, and where it is from."""

import dataclasses
from collections.abc import Mapping
from typing import Any

from keras_ssl.autotrain.parts import GIVEN
from keras_ssl.autotrain.phases import Schedule
from keras_ssl.autotrain.run import Run

OF_MODEL = (
    *("method", "weak", "strong", "labeled_strong"),
    *("ema", "forward", "batch_norm"),
)


def note_settings(
    run: Run,
    schedule: Schedule,
    options: Mapping[str, Any],
    *,
    defaults: Mapping[str, Any],
    compiled: bool,
    wrapped: bool,
) -> None:
    """Notes what the user gave, and what is left at its default.

    Args:
        run: The run, whose report is completed.
        schedule: How long to train; `batch_size` has been noted already.
        options: What the user gave for the model.
        defaults: Of the numbers of the schedule.
        compiled: Whether the user has compiled the model.
        wrapped: Whether the user has wrapped it.
    """
    for name in OF_MODEL:
        given = wrapped or name in options
        if run.recall(name) is not None:
            continue
        value = getattr(run.model, name)
        run.note(name, name_of(value), "given" if given else "default")
    why = "of the compiled model" if compiled else "default"
    run.note("optimizer", name_of(run.model.optimizer), why)
    run.note("loss", name_of(run.model.loss), why)
    unused = {"batch_size", "patience"} if schedule.settles else {"batch_size"}
    for name, value in dataclasses.asdict(schedule).items():
        if name not in unused:
            given = value != defaults[name]
            run.note(name, value, "given" if given else "default")
    cut = run.parts.note != GIVEN
    run.note("validation", run.parts.note, "default" if cut else GIVEN)


def name_of(value: Any) -> Any:
    """A value as a report shows it: an object by the name of its class.

    Example:

    >>> name_of(0.5), name_of(keras_ssl.augmentation.Cutout())
    (0.5, 'Cutout')
    """
    plain = value is None or isinstance(value, str | int | float)
    return value if plain else type(value).__name__

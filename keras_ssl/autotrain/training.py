"""The training itself, in two phases; and the baseline, in one."""

import contextlib
import dataclasses
import math
from collections.abc import Iterator
from collections.abc import Mapping
from collections.abc import Sequence
from typing import Any

import keras

from keras_ssl import callbacks as ours
from keras_ssl.augmentation.checks import derive_seed
from keras_ssl.autotrain.evaluation import Evaluation
from keras_ssl.autotrain.journal import Journal
from keras_ssl.autotrain.parts import GIVEN
from keras_ssl.autotrain.remaining import Remaining
from keras_ssl.autotrain.run import BACKUP
from keras_ssl.autotrain.run import Run
from keras_ssl.data.element import PARTS
from keras_ssl.model.phases import SUPERVISED
from keras_ssl.model.saving import SEED_PATH
from keras_ssl.model.semi_supervised import SemiSupervisedModel
from keras_ssl.recipes.recipe import HALF
from keras_ssl.utils.checks import are_arrays
from keras_ssl.utils.checks import check_name
from keras_ssl.utils.checks import check_number
from keras_ssl.utils.snapshot import preserved
from keras_ssl.utils.typing import Array

FIRST_PHASE = {"cosine": 10, "plateau": 3}  # what the epochs are divided by


@dataclasses.dataclass(frozen=True)
class Schedule:
    """The length of training, and the images of a step.

    Args:
        batch_size: Labeled images a step.
        unlabeled_ratio: Unlabeled images per labeled one.
        steps_per_epoch: Steps after which the model is validated.
        epochs: Of both phases; at most, where they may end earlier.
        schedule: `"cosine"` or `"plateau"`.
        patience: Epochs without a lower validation loss that end a phase of
            `"plateau"`.
        warmup_steps: Steps before the first epoch of each phase.

    Raises:
        ValueError: `schedule` is unknown, or there are not epochs enough.
    """

    batch_size: int
    unlabeled_ratio: int
    steps_per_epoch: int
    epochs: int
    schedule: str
    patience: int
    warmup_steps: int

    def __post_init__(self) -> None:
        check_name(self.schedule, "schedule", FIRST_PHASE)
        advice = "Each phase takes one. Pass for example epochs=40."
        check_number("epochs", self.epochs, 2, integer=True, advice=advice)

    @property
    def settles(self) -> bool:
        """Whether phases have fixed lengths and end with their last weights."""
        return self.schedule == "cosine"

    @property
    def most(self) -> str:
        """How to speak of the number of epochs."""
        return "" if self.settles else "at most "

    @property
    def first_phase(self) -> int:
        """Epochs of phase 1, at most."""
        return math.ceil(self.epochs / FIRST_PHASE[self.schedule])

    def switch(self, **kwargs: Any) -> ours.PhaseSwitch:
        """The callback that ends phases."""
        return ours.PhaseSwitch(restore_best_weights=not self.settles, **kwargs)

    def callbacks(self, *epochs: int) -> list[keras.callbacks.Callback]:
        """The callbacks that change the learning rate.

        Args:
            *epochs: How many each phase has.
        """
        if self.settles:
            return [ours.PhaseCosineDecay(*epochs)]
        return [ours.ReduceLROnPlateau(patience=max(1, self.patience // 2))]


def settle_strong_labeled(
    run: Run, schedule: Schedule, batch_size: int
) -> None:
    """Decides on `strong_labeled_share="auto"` before the searches.

    What is searched before sees labeled images as training will have them; and
    the baseline of a run that is loaded is that of the run.

    Args:
        run: The run.
        schedule: How long to train.
        batch_size: Labeled images a step.
    """
    labeled, times = run.parts.labeled, None
    if are_arrays(labeled):
        images = schedule.epochs * schedule.steps_per_epoch * batch_size
        times = images / len(labeled[0])
    run.model.settle_strong_labeled(times)


def train_phases(
    run: Run,
    schedule: Schedule,
    others: Sequence[keras.callbacks.Callback],
    expected: Mapping[str, float],
) -> tuple[Journal, ours.BatchNormWarmup]:
    """Trains supervised, then semi-supervised.

    Args:
        run: The run.
        schedule: How long.
        others: Callbacks of the user.
        expected: About the seconds of each stage, where they are known.

    Returns:
        The journal, and the callback that has checked BatchNorm.
    """
    journal = Journal(lambda: run.evaluate().accuracy)
    first = schedule.first_phase
    switch = schedule.switch(
        patience=None if schedule.settles else schedule.patience,
        epoch=first,
        verbose=run.verbose,
    )
    backup: list[keras.callbacks.Callback] = []
    if run.folder is not None:
        # It goes once the report is saved.
        place = run.folder / BACKUP
        backup = [
            ours.BackupAndRestore(place, delete_checkpoint=False),
            keras.callbacks.LambdaCallback(on_train_begin=journal.recall),
        ]
    warmup = ours.BatchNormWarmup(schedule.warmup_steps, verbose=run.verbose)
    run.model.phase = SUPERVISED
    epochs = {"phase 1": first, "phase 2": schedule.epochs - first}
    added = [
        Remaining(run.say, epochs, expected, schedule.most),
        *schedule.callbacks(first, schedule.epochs - first),
        *[switch, warmup, ours.CollapseWarning(), *others, journal, *backup],
    ]
    _fit(run, schedule, schedule.epochs, added, verbose=run.verbose)
    return journal, warmup


def train_baseline(
    run: Run,
    schedule: Schedule,
    weights: list[Array],
    rate: float,
    expected: Mapping[str, float],
) -> tuple[Evaluation, list[Array]]:
    """Trains as many steps on the labeled images alone, and notes the accuracy.

    They are augmented as before; half of them strongly, where they were left
    weak and unlabeled ones were not, as that gains something by itself.
    Afterwards the model is as it was.

    Args:
        run: A run whose training has ended.
        schedule: How long at a time.
        weights: The weights of the network before training.
        rate: The learning rate.
        expected: About the seconds of each stage, where they are known.

    Returns:
        What the baseline says of the validation images, and its weights, those
        that evaluation uses.
    """
    model, labeled = run.model, run.parts.labeled
    phases = [len(columns["loss"]) for columns in run.report.history.values()]
    more = (len(phases) - 1) * schedule.warmup_steps
    epochs = sum(phases) + math.ceil(more / schedule.steps_per_epoch)
    # Without a limit, the phase ends with `fit`.
    switch = schedule.switch(patience=None, verbose=0)
    warmup = ours.BatchNormWarmup(
        schedule.warmup_steps,
        images=labeled[0] if are_arrays(labeled) else None,
        verbose=0,
    )
    with run.timed("baseline"), preserved(model), _strongly_augmented(model):
        model.network.set_weights(weights)
        ours.reset_optimizer(model, rate)
        begin_again(model, run.report.seed)
        told = Remaining(run.say, {"baseline": epochs}, expected)
        added = [told, *schedule.callbacks(epochs), switch, warmup]
        _fit(run, schedule, epochs, added, verbose=0)
        accuracy = run.evaluate().accuracy
        validation, values = run.validate(), run.evaluation_values()
    run.report.accuracy = {"baseline": accuracy, **run.report.accuracy}
    return validation, values


def begin_again(model: SemiSupervisedModel, seed: int) -> None:
    """Gives a model and the order of images the random state of a new run.

    What has been drawn before, in this process or not, changes nothing then.

    Args:
        model: The model, which is set to its supervised phase.
        seed: Of the run.
    """
    keras.utils.set_random_seed(seed)
    model.phase = SUPERVISED
    states = {id(v): v for v in model.variables if v.path.endswith(SEED_PATH)}
    for index, state in enumerate(states.values()):
        state.assign([derive_seed(seed, index), 0])


@contextlib.contextmanager
def _strongly_augmented(model: SemiSupervisedModel) -> Iterator[None]:
    """Strongly augments half of the labeled images, if unlabeled ones are."""
    uses_strong = any("strong" in name for name in model.plan.images)
    if model.strong_labeled_share_used or not uses_strong:
        yield
        return
    given, model.strong_labeled_share = model.strong_labeled_share, HALF
    try:
        yield
    finally:
        model.strong_labeled_share = given
        model.settle_strong_labeled(None)


def _fit(
    run: Run, schedule: Schedule, epochs: int, added: list[Any], verbose: int
) -> None:
    data = run.parts.labeled
    arrays = data if are_arrays(data) else [data]
    run.model.fit(
        **dict(zip(PARTS, arrays, strict=False)),
        unlabeled_data=run.parts.unlabeled,
        unlabeled_ratio=schedule.unlabeled_ratio,
        batch_size=schedule.batch_size,
        steps_per_epoch=schedule.steps_per_epoch,
        epochs=epochs,
        validation_data=run.parts.validation,
        class_weight=run.parts.class_weight,
        verbose=verbose,
        callbacks=added,
    )


OF_MODEL = (
    *("method", "weak", "strong", "strong_labeled_share"),
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
        # On PyTorch, `forward` of a model is its call.
        holder = run.model.plan if name == "forward" else run.model
        value = getattr(holder, name)
        run.note(name, name_of(value), "given" if given else "default")
    why = "of the compiled model" if compiled else "default"
    run.note("optimizer", name_of(run.model.optimizer), why)
    run.note("loss", name_of(run.model.loss), why)
    unused = {"batch_size", "patience"} if schedule.settles else {"batch_size"}
    for name, value in dataclasses.asdict(schedule).items():
        if name not in unused:
            given = value != defaults[name]
            run.note(name, value, "given" if given else "default")
    if run.parts.class_weight:
        run.note("class_weight", run.parts.class_weight, "given")
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

"""How long training takes, and how much of that its searches may take."""

import dataclasses
import math
import time
from collections.abc import Mapping

import keras

from keras_ssl import data
from keras_ssl.autotrain.run import Run
from keras_ssl.autotrain.training import Schedule
from keras_ssl.data.halves import is_tf_dataset
from keras_ssl.model.phases import PHASES
from keras_ssl.model.phases import SEMI_SUPERVISED
from keras_ssl.model.phases import SUPERVISED
from keras_ssl.utils.checks import are_arrays
from keras_ssl.utils.snapshot import preserved
from keras_ssl.utils.snapshot import preserved_random_state
from keras_ssl.utils.text import about
from keras_ssl.utils.text import percent

TIMED = 3  # steps of each phase, after the one that compiles
INFERENCE = 1 / 3  # of the time of a training step on the same images
SUPERVISED_PART = 1 / 2  # of a step with unlabeled images, until it is timed
# Trials of augmentations take longer than other searches.
WEIGHTS = {"augmentation": 2, "batch size": 1, "learning rate": 1}


def count_steps(schedule: Schedule, *, baseline: bool) -> dict[str, int]:
    """The steps of each stage.

    Args:
        schedule: How long to train, at most.
        baseline: Whether a baseline is trained.

    Example:

    >>> schedule = Schedule(8, 3, 100, 40, "cosine", 5, 100)
    >>> count_steps(schedule, baseline=True)
    {'phase 1': 500, 'phase 2': 3700, 'baseline': 4200}
    """
    first, size = schedule.first_phase, schedule.steps_per_epoch
    epochs = {"phase 1": first, "phase 2": schedule.epochs - first}
    steps = {n: e * size + schedule.warmup_steps for n, e in epochs.items()}
    return steps | ({"baseline": sum(steps.values())} if baseline else {})


@dataclasses.dataclass(frozen=True)
class Budget:
    """What searches may take of the training.

    Steps are counted as supervised ones, so that the searches of a run are the
    same on a machine of another speed; a step with unlabeled images counts as
    many as it has images for each labeled one.

    Args:
        share: Of the training; `None` for no limit.
        schedule: How long to train.
        baseline: Whether a baseline is trained.
        searches: By name of a search, whether the run makes it.
    """

    share: float | None
    schedule: Schedule
    baseline: bool
    searches: Mapping[str, bool]

    @property
    def reason(self) -> str:
        """Why a search ends."""
        return (
            f"as searches may take {percent(self.share or 0, 0)} of the "
            "training (`search_share=`)"
        )

    def steps(self, search: str) -> int | None:
        """How many a search may take; `None` for no limit."""
        if self.share is None:
            return None
        steps = count_steps(self.schedule, baseline=self.baseline)
        images = 1 + self.schedule.unlabeled_ratio
        whole = sum(steps.values()) + (images - 1) * steps["phase 2"]
        return int(self._part(search) * whole)

    def seconds(self, search: str, step: float) -> float:
        """How many a search may take.

        Args:
            search: Its name.
            step: Seconds of a step with unlabeled images.
        """
        if self.share is None:
            return math.inf
        return self._part(search) * self.whole(step)

    def whole(self, step: float) -> float:
        """About the seconds of the training, of those of such a step."""
        steps = count_steps(self.schedule, baseline=self.baseline)
        supervised = sum(steps.values()) - steps["phase 2"]
        return step * (steps["phase 2"] + SUPERVISED_PART * supervised)

    def _part(self, search: str) -> float:
        weights = sum(WEIGHTS[name] * on for name, on in self.searches.items())
        return (self.share or 0.0) * WEIGHTS[search] / weights


def time_steps(run: Run, schedule: Schedule) -> dict[str, float]:
    """Times some steps of each phase, and leaves the model as it was.

    Args:
        run: The run.
        schedule: The images of a step.

    Returns:
        Seconds of a step by phase. None where nobody is told of them, and for
        a `tf.data.Dataset`, where a look changes the order that follows.
    """
    model, halves = run.model, (run.parts.labeled, run.parts.unlabeled)
    if not run.verbose or any(is_tf_dataset(half) for half in halves):
        return {}
    with preserved_random_state():
        paired = data.pair(
            *halves,
            batch_size=schedule.batch_size,
            unlabeled_ratio=schedule.unlabeled_ratio,
            class_weight=run.parts.class_weight,
            index=model.plan.index,
            verbose=0,
        )
        element = data.peek(paired)
    model.method.set_sizes(paired.sizes)
    model.prepare(element)
    with preserved(model), model.compiling.telling(run.verbose):
        return {phase: _time(model, phase, element) for phase in PHASES}


def _time(model: keras.Model, phase: str, element: object) -> float:
    model.phase = phase
    x, y, weight = keras.utils.unpack_x_y_sample_weight(element)
    seconds = []
    for _ in range(1 + TIMED):
        begin = time.perf_counter()
        model.train_on_batch(x, y, sample_weight=weight)
        seconds.append(time.perf_counter() - begin)
    return min(seconds[1:])


def estimate(
    run: Run, schedule: Schedule, steps: Mapping[str, float], *, baseline: bool
) -> dict[str, float]:
    """About the seconds of each stage.

    Args:
        run: The run.
        schedule: How long to train, at most.
        steps: Seconds of a step by phase; if there are none, there is no
            estimate.
        baseline: Whether a baseline is trained.
    """
    if not steps:
        return {}
    kind = {"phase 2": SEMI_SUPERVISED}
    batches = 0
    if are_arrays(run.parts.validation):
        batches = len(run.parts.validation[0]) // schedule.batch_size + 1
    validated = INFERENCE * batches * steps[SUPERVISED]
    return {
        stage: count * steps[kind.get(stage, SUPERVISED)]
        + count / schedule.steps_per_epoch * validated
        for stage, count in count_steps(schedule, baseline=baseline).items()
    }


def foretell(
    run: Run, schedule: Schedule, *, baseline: bool
) -> tuple[dict[str, float], float | None]:
    """Says how long training takes, before it begins.

    Args:
        run: The run.
        schedule: How long to train, at most.
        baseline: Whether a baseline is trained.

    Returns:
        About the seconds of each stage, and those of a supervised step, where
        they are known.
    """
    steps = {} if run.report.accuracy else time_steps(run, schedule)
    stages = estimate(run, schedule, steps, baseline=baseline)
    if stages:
        parts = ", ".join(f"{n} {about(each)}" for n, each in stages.items())
        whole = about(sum(stages.values()))
        run.say(f"training takes {schedule.most}{whole}: {parts}.")
    return stages, steps.get(SUPERVISED)

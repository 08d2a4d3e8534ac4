"""`LearningRateFinder`: finds and sets the learning rate when `fit` starts."""

from typing import Any

import numpy as np

from keras_ssl.callbacks.finder import Finder
from keras_ssl.finders.learning_rate import check_search
from keras_ssl.finders.learning_rate import find_learning_rate
from keras_ssl.finders.learning_rate_result import LearningRateResult
from keras_ssl.finders.optimizer_rate import get_learning_rate
from keras_ssl.finders.optimizer_rate import set_learning_rate
from keras_ssl.model.phases import SUPERVISED

FOUND = "found_learning_rate"


class LearningRateFinder(Finder):
    """Finds the learning rate, sets it, and lets `fit` go on.

    The search takes place before the first step, with the step that training
    begins with, on the first training batches, which training gets again. But
    for the rate, training is the same as without it. A constant rate is set; a
    `LearningRateSchedule` is scaled so that its peak is the rate found. If the
    loss never falls, the rate stays as it is. A run that is resumed by
    `keras_ssl.callbacks.BackupAndRestore` keeps its rate.

    Put it before `BatchNormWarmup`, which warms up with the rate that is set.
    Where `fit` is given a `tf.data.Dataset` without `unlabeled_data`, the look
    at it counts as a pass: one that shuffles deals the order of its next pass.

    Args:
        data: Batches to test on, as `find_learning_rate` takes them; `None`:
            the training data, which only a model of `keras_ssl` knows.
        suggestion: The rule that chooses: `"middle"`, `"steepest"`,
            `"valley"`, `"minimum"` or `"slide"` of `keras_ssl.finders`.
        min_rate: First rate, greater than 0.
        max_rate: Last rate, greater than `min_rate`.
        steps: Steps of a range test, at least 10.
        repeats: Range tests, at least 1.
        trial_steps: Steps of the short trainings that decide, at least 3; 0
            takes the rate of the range tests as it is.
        verbose: 1 prints a line, 0 nothing.

    Attributes:
        result: The `LearningRateResult` of the last search, or `None`.

    Raises:
        ValueError: An argument is not one of those above; in `fit`: the model
            does not know its data, or its learning rate cannot be set.

    Example:

    >>> (x, y), _ = keras_ssl.data.load_digits()
    >>> layers = [keras.layers.Flatten(), keras.layers.Dense(10)]
    >>> network = keras.Sequential([keras.Input((8, 8, 1)), *layers])
    >>> model = keras_ssl.SemiSupervisedModel(network)
    >>> model.phase = "supervised"
    >>> model.compile(
    ...     "adam", keras.losses.SparseCategoricalCrossentropy(from_logits=True)
    ... )
    >>> finder = LearningRateFinder(repeats=1, verbose=0)
    >>> history = model.fit(x, y, callbacks=[finder], verbose=0)
    >>> 0.001 < float(model.optimizer.learning_rate) < 1
    True
    """

    def __init__(  # noqa: PLR0913  the arguments of `find_learning_rate`
        self,
        data: Any = None,
        *,
        suggestion: str = "middle",
        min_rate: float = 1e-6,
        max_rate: float = 10.0,
        steps: int = 100,
        repeats: int = 1,
        trial_steps: int = 100,
        verbose: int = 1,
    ) -> None:
        super().__init__(verbose)
        self.search: dict[str, Any] = {
            "suggestion": suggestion,
            "min_rate": min_rate,
            "max_rate": max_rate,
            "steps": steps,
            "repeats": repeats,
            "trial_steps": trial_steps,
        }
        check_search(**self.search)
        self.data = data
        self._begun = False

    def on_train_begin(self, logs: Any = None) -> None:
        """Waits for the first epoch, when the phase is settled."""
        self._begun = False

    def on_epoch_begin(self, epoch: int, logs: Any = None) -> None:
        """Searches before the first epoch."""
        if self._begun:
            return
        self._begun = True
        if epoch == 0:
            self._find()
        elif FOUND in self._memory:
            self._set(float(self._memory[FOUND]))

    def on_train_end(self, logs: Any = None) -> None:
        """Forgets what a resumed run would have had to know."""
        self._memory.pop(FOUND, None)

    @property
    def _memory(self) -> dict[str, Any]:
        return getattr(self.model, "callback_state", {})

    def _find(self) -> None:
        self.result = self._search()
        rate, seconds = self.result.rate, f"{self.result.seconds:.1f} s"
        if rate is None:
            before = get_learning_rate(self.model)
            self.say(f"{self.result.reason} It stays {before:.2g} ({seconds}).")
            return
        before = self._set(rate)
        self._memory[FOUND] = np.asarray(rate)
        self.say(f"{self.result.reason} It was {before:.2g} ({seconds}).")

    def _search(self) -> LearningRateResult:
        model, data = self.model, self.data
        if data is not None:
            return find_learning_rate(model, data, **self.search)
        data = getattr(model, "training_data", None)
        if data is None:
            raise ValueError(
                f"Received: {model.name!r}, a model that does not know what "
                "`fit` trains on. Expected batches to test on. Pass them as "
                "`LearningRateFinder(data=...)`, or call "
                "`keras_ssl.finders.find_learning_rate(model, data)` before "
                "`fit`."
            )
        # Looks at what the first epoch reads, and at no more.
        with data.reading(unlabeled=model.phase != SUPERVISED):
            return find_learning_rate(model, data, **self.search)

    def _set(self, rate: float) -> float:
        steps = self.params.get("steps")
        steps = steps and steps * self.params["epochs"]
        before = set_learning_rate(self.model, rate, steps)
        if "learning_rate" in self._memory:
            # `PhaseSwitch` has noted the rate for phase 2.
            self._memory["learning_rate"] = np.asarray(rate)
        return before

"""`BatchSizeFinder`: finds the batch size before `fit` makes batches."""

from typing import Any

import keras

from keras_ssl.callbacks.finder import Finder
from keras_ssl.data.element import PARTS
from keras_ssl.finders.batch_search import DEFAULT_BATCH_SIZE
from keras_ssl.finders.batch_size import check_choices
from keras_ssl.finders.batch_size import find_batch_size
from keras_ssl.finders.optimizer_rate import RateScaling
from keras_ssl.finders.optimizer_rate import set_learning_rate
from keras_ssl.utils.checks import are_arrays


class BatchSizeFinder(Finder):
    """Finds the batch size by real steps, and lets `fit` go on with it.

    The search takes place before `fit` of a `SemiSupervisedModel` makes its
    batches of arrays; `find_batch_size` says how. But for the batch size,
    training is the same as without it. A `batch_size=` that `fit` is given, or
    else 32, is the one that the learning rate was chosen for.

    Where `steps_per_epoch` says how long an epoch is, the number of images does
    not limit the batch size, but for that of the labeled ones.

    Args:
        max_batch_size: Never more labeled images a step than this.
        min_steps: Steps that an epoch has at the least.
        memory_limit: Bytes that there are; `None`: all of the smallest GPU, or
            what the machine and its container have left.
        margin: Share of the memory that stays free, in `[0, 1)`.
        tolerance: Share of the best speed that may be lost for a smaller
            batch, in `[0, 1)`.
        rounds: How often each size is timed, at least 1.
        scale_learning_rate: Whether the learning rate follows the batch size:
            in proportion under SGD, as the square root under any other
            optimizer. Not needed before a `LearningRateFinder`.
        verbose: 1 prints a line, 0 nothing.

    Attributes:
        result: The `BatchSizeResult` of the last search, or `None`.

    Raises:
        ValueError: An argument is not one of those above; in `fit`: the model
            is none of `keras_ssl`.
        TypeError: In `fit`: the data are no arrays.

    Example:

    >>> (x, y), _ = keras_ssl.data.load_digits()
    >>> layers = [keras.layers.Flatten(), keras.layers.Dense(10)]
    >>> network = keras.Sequential([keras.Input((8, 8, 1)), *layers])
    >>> model = keras_ssl.SemiSupervisedModel(network)
    >>> model.phase = "supervised"
    >>> model.compile(
    ...     "adam", keras.losses.SparseCategoricalCrossentropy(from_logits=True)
    ... )
    >>> finder = BatchSizeFinder(max_batch_size=16, rounds=1, verbose=0)
    >>> history = model.fit(x, y, callbacks=[finder], verbose=0)
    >>> finder.result.batch_size in (8, 16)
    True
    """

    def __init__(  # noqa: PLR0913  the arguments of `find_batch_size`
        self,
        *,
        max_batch_size: int = 1024,
        min_steps: int = 16,
        memory_limit: float | None = None,
        margin: float = 0.2,
        tolerance: float = 0.05,
        rounds: int = 3,
        scale_learning_rate: bool = False,
        verbose: int = 1,
    ) -> None:
        super().__init__(verbose)
        self.search: dict[str, Any] = {
            "max_batch_size": max_batch_size,
            "min_steps": min_steps,
            "memory_limit": memory_limit,
            "margin": margin,
            "tolerance": tolerance,
            "rounds": rounds,
        }
        check_choices(**self.search)
        self.scale_learning_rate = scale_learning_rate
        self._ready = False
        self._scaled_to: int | None = None

    def before_fit(
        self,
        model: keras.Model,
        arguments: dict[str, Any],
        unlabeled_data: Any = None,
        **options: Any,
    ) -> dict[str, Any]:
        """Searches, and changes what `fit` was given.

        Args:
            model: The compiled model.
            arguments: The arguments of `keras.Model.fit`, by name.
            unlabeled_data: Unlabeled images, or `None`.
            **options: `unlabeled_ratio` and `include_labeled`, as in `fit`.

        Returns:
            The arguments with the batch size that was found.
        """
        given = arguments.get("batch_size") or DEFAULT_BATCH_SIZE
        self.result = find_batch_size(
            model,
            _labeled(arguments),
            unlabeled_data,
            base_batch_size=self._scaled_to or given,
            **options,
            **self._limits(arguments),
        )
        self._ready = True
        sentence = self._scale(model, self.result.scaling)
        self.say(f"{self.result.reason} {sentence}")
        return {**arguments, "batch_size": self.result.batch_size}

    def on_train_begin(self, logs: Any = None) -> None:
        """Refuses a model whose `fit` has made its batches already."""
        if not self._ready:
            raise ValueError(
                f"Received: {self.model.name!r}, a model whose `fit` does not "
                "ask for a batch size. Expected a `SemiSupervisedModel`. Call "
                "`keras_ssl.finders.find_batch_size(model, (x, y))` before "
                "`fit`, and pass `batch_size=result.batch_size`."
            )
        self._ready = False

    def _limits(self, arguments: dict[str, Any]) -> dict[str, Any]:
        if arguments.get("steps_per_epoch") is None:
            return self.search
        return {**self.search, "min_steps": 1}

    def _scale(self, model: keras.Model, scaling: RateScaling) -> str:
        """Lets the learning rate follow if it is to; returns a sentence."""
        if not self.scale_learning_rate:
            return str(scaling)
        # The first call tells what the rate was, or the peak of a schedule.
        before = set_learning_rate(model, 1.0)
        rate = before * scaling.factor
        set_learning_rate(model, rate)
        self._scaled_to = scaling.batch_size
        return (
            f"Learning rate {rate:.2g}, by the {scaling.rule} rule of "
            f"{scaling.optimizer} from {before:.2g}."
        )


def _labeled(arguments: dict[str, Any]) -> Any:
    """The labeled data that remain for training."""
    given = [arguments.get(name) for name in PARTS]
    parts = tuple(part for part in given if part is not None)
    if not are_arrays(parts):
        return parts[0] if len(parts) == 1 else parts
    if arguments.get("validation_data") is not None:
        return parts
    keep = 1 - (arguments.get("validation_split") or 0.0)
    return tuple(part[: int(len(part) * keep)] for part in parts)

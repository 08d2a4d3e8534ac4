"""The greedy search: one kind of augmentation after another."""

import time
from collections.abc import Callable
from collections.abc import Iterator
from collections.abc import Mapping
from collections.abc import Sequence
from typing import Any

import keras
import numpy as np
from keras import ops

from keras_ssl.augmentation.policy import Policy
from keras_ssl.data.halves import Line
from keras_ssl.data.targets import check_outputs
from keras_ssl.finders.augmentation_result import Trial
from keras_ssl.model.phases import SUPERVISED
from keras_ssl.model.semi_supervised import SemiSupervisedModel
from keras_ssl.utils.devices import count_devices
from keras_ssl.utils.devices import even_size
from keras_ssl.utils.devices import strategy_scope
from keras_ssl.utils.snapshot import Snapshot
from keras_ssl.utils.text import duration
from keras_ssl.utils.typing import Array
from keras_ssl.utils.typing import Config
from keras_ssl.utils.typing import ValueRange


def greedy_search(
    correct: Callable[[Config], Array],
    kinds: Mapping[str, Sequence[Config]],
    *,
    margin: float,
    line: Line,
    most: int | None = None,
) -> tuple[float, list[Trial], Config]:
    """Tries one kind after another, and keeps what is better for certain.

    Args:
        correct: Of the arguments of a `Policy`, whether each validation image
            is right after training with it, `(n,)` from 0 to 1.
        kinds: By kind, the changes to try.
        margin: Standard errors that a gain must exceed.
        line: Where to tell of it.
        most: How many changes are tried at most; `None` for no limit.

    Returns:
        The accuracy without augmentation, all trials, and what was kept.

    Example:

    >>> def correct(change):
    ...     right = 90 if "mirror" in change else 60
    ...     return np.repeat([1.0, 0.0], [right, 100 - right])
    >>> kinds = {"mirror": [{"mirror": True}]}
    >>> baseline, trials, kept = greedy_search(
    ...     correct, kinds, margin=1, line=Line(0)
    ... )
    >>> baseline, kept
    (0.6, {'mirror': True})
    """
    begin, kinds = time.perf_counter(), first_changes(kinds, most)
    total = sum(map(len, kinds.values())) + 1
    best = correct({})
    baseline = float(np.mean(best))
    line.write(f"no augmentation: {100 * baseline:.2f} %")
    kept: Config = {}
    trials: list[Trial] = []
    for kind, changes in kinds.items():
        results = []
        for change in changes:
            right = correct({**kept, **change})
            error = standard_error(right - best)
            gain = float(np.mean(right) - np.mean(best))
            accuracy = float(np.mean(right))
            trial = Trial(kind, change, accuracy, gain, error, kept=False)
            results.append((trial, right))
            _tell(line, trial, len(trials) + len(results), total, begin)
        trial, right = max(results, key=lambda result: result[0].accuracy)
        chosen = trial if trial.gain > margin * trial.error else None
        for each, _ in results:
            trials.append(each._replace(kept=each is chosen))
        if chosen is not None:
            kept, best = {**kept, **chosen.change}, right
            line.write(f"kept: {chosen.name}")
    return baseline, trials, kept


def first_changes(
    kinds: Mapping[str, Sequence[Config]], most: int | None
) -> dict[str, Sequence[Config]]:
    """The first changes of a search, by kind.

    Args:
        kinds: All of them.
        most: How many to take; `None` takes all.

    Example:

    >>> first_changes({"mirror": [{}], "color": [{}, {}], "mixup": [{}]}, 2)
    {'mirror': [{}], 'color': [{}]}
    """
    left = sum(map(len, kinds.values())) if most is None else most
    taken = {}
    for kind, changes in kinds.items():
        if left > 0:
            taken[kind] = changes[:left]
        left -= len(changes)
    return taken


def standard_error(differences: Array) -> float:
    """The standard error of the mean of `(n,)` differences.

    Example:

    >>> round(standard_error(np.arange(100) % 2), 2)
    0.05
    """
    return float(np.std(differences, ddof=1) / np.sqrt(len(differences)))


def _tell(
    line: Line, trial: Trial, done: int, total: int, begin: float
) -> None:
    # The one without augmentation has been done too.
    left = (time.perf_counter() - begin) / (done + 1) * (total - done - 1)
    line.start = "keras_ssl: "
    line.write(
        f"augmentation {done} of {total - 1}, {trial.name}: "
        f"{100 * trial.accuracy:.2f} % ({100 * trial.gain:+.2f} ± "
        f"{100 * trial.error:.2f}); about {duration(left)} left"
    )


EMA = 0.99  # of the weights that are validated: trials are short
TINY = 1e-7


class Trials:
    """Trains a network for a while, and goes on from there in many ways.

    Args:
        network: A built classifier of images, which is trained: put it back.
        labeled: Images and one-hot labels.
        validation: Images and integer labels.
        batch_size: Images a step.
        learning_rate: Of Adam.
        value_range: `(low, high)` of the pixels.
        seed: Of the order, and of the augmentation.

    Attributes:
        steps: Training steps so far.
    """

    def __init__(
        self,
        network: keras.Model,
        labeled: tuple[Array, Array],
        validation: tuple[Array, Array],
        *,
        batch_size: int,
        learning_rate: float,
        value_range: ValueRange,
        seed: int,
    ) -> None:
        self._labeled = labeled
        self._validation = validation
        self._batch_size = even_size(
            min(batch_size, len(labeled[0])), count_devices(network)
        )
        self._value_range = value_range
        self._seed = seed
        outputs = network(ops.convert_to_tensor(labeled[0][:8]))
        kind = check_outputs(ops.convert_to_numpy(outputs), None)
        self._logits = kind == "logits"
        with strategy_scope(network):
            self._model = SemiSupervisedModel(
                network,
                weak=None,
                strong=None,
                ema=EMA,
                value_range=value_range,
            )
            self._model.compile(
                keras.optimizers.Adam(learning_rate),
                keras.losses.CategoricalCrossentropy(from_logits=self._logits),
            )
        self._model.phase = SUPERVISED
        self._start = Snapshot(self._model)
        self.steps = 0

    def warm_up(self, steps: int) -> None:
        """Trains without augmentation; what follows goes on from here.

        Args:
            steps: How many.
        """
        self._train({}, steps, self._seed)
        self._start = Snapshot(self._model)

    def run(self, settings: dict[str, Any], steps: int, repeat: int) -> Array:
        """Trains from the warm start with an augmentation, and validates.

        Args:
            settings: Arguments of `Policy`.
            steps: How many.
            repeat: Which repetition, from 0: another order, other draws.

        Returns:
            Whether each validation image is classified correctly, `(n,)`.
        """
        self._start.restore()
        self._train(settings, steps, self._seed + 1 + repeat)
        images, labels = self._validation
        outputs = self._model.predict(images, verbose=0)
        return outputs.argmax(axis=-1) == labels

    def loss(self, images: Array) -> float:
        """Mean cross-entropy at the warm start of images and their labels.

        Args:
            images: As those of the validation data, in the same order.
        """
        outputs = ops.cast(self._model.predict(images, verbose=0), "float32")
        p = ops.softmax(outputs) if self._logits else outputs
        p = ops.convert_to_numpy(p)
        chosen = p[np.arange(len(p)), self._validation[1]]
        return float(-np.mean(np.log(np.maximum(chosen, TINY))))

    def _train(self, settings: dict[str, Any], steps: int, seed: int) -> None:
        policy = Policy(**settings, seed=seed, value_range=self._value_range)
        for batch, _ in zip(self._batches(seed), range(steps), strict=False):
            if settings:
                batch = policy(batch)
            self._model.train_on_batch(batch["images"], batch["labels"])
            self.steps += 1

    def _batches(self, seed: int) -> Iterator[dict[str, Array]]:
        """Full batches without end, each pass in another order."""
        random = np.random.default_rng(seed)
        x, y = self._labeled
        order = np.empty(0, "int64")
        while True:
            while len(order) < self._batch_size:
                order = np.concatenate([order, random.permutation(len(x))])
            rows, order = np.split(order, [self._batch_size])
            yield {"images": x[rows], "labels": y[rows]}

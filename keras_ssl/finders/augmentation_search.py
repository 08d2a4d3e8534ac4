"""The greedy search: one kind of augmentation after another."""

import time
from collections.abc import Callable
from collections.abc import Mapping
from collections.abc import Sequence

import numpy as np

from keras_ssl.data.sides import Line
from keras_ssl.finders.augmentation_result import Trial
from keras_ssl.utils.text import duration
from keras_ssl.utils.typing import Array
from keras_ssl.utils.typing import Config

RESAMPLES = 1000


def greedy_search(
    correct: Callable[[Config], Array],
    kinds: Mapping[str, Sequence[Config]],
    *,
    margin: float,
    seed: int,
    line: Line,
) -> tuple[float, list[Trial], Config]:
    """Tries one kind after another, and keeps what is better for certain.

    Args:
        correct: Of the arguments of a `Policy`, whether each validation image
            is right after training with it, `(n,)` from 0 to 1.
        kinds: By kind, the changes to try.
        margin: Standard errors that a gain must exceed.
        seed: Of the bootstrap.
        line: Where to tell of it.

    Returns:
        The accuracy without augmentation, all trials, and what was kept.

    Example:

    >>> def correct(change):
    ...     right = 90 if "mirror" in change else 60
    ...     return np.repeat([1.0, 0.0], [right, 100 - right])
    >>> kinds = {"mirror": [{"mirror": True}]}
    >>> baseline, trials, kept = greedy_search(
    ...     correct, kinds, margin=1, seed=0, line=Line(0)
    ... )
    >>> baseline, kept
    (0.6, {'mirror': True})
    """
    begin, total = time.perf_counter(), sum(map(len, kinds.values())) + 1
    best = correct({})
    baseline = float(np.mean(best))
    line.write(f"no augmentation: {100 * baseline:.2f} %")
    kept: Config = {}
    trials: list[Trial] = []
    for kind, changes in kinds.items():
        results = []
        for change in changes:
            right = correct({**kept, **change})
            error = bootstrap_error(right - best, seed)
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


def bootstrap_error(differences: Array, seed: int) -> float:
    """Standard error of a mean, by resampling.

    Args:
        differences: `(n,)`.
        seed: Of the resampling.

    Example:

    >>> round(bootstrap_error(np.arange(100) % 2, seed=0), 2)
    0.05
    """
    random = np.random.default_rng(seed)
    values = np.asarray(differences, "float64")
    means = [
        np.mean(random.choice(values, len(values))) for _ in range(RESAMPLES)
    ]
    return float(np.std(means))


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

"""`find_augmentation`: distances, levels, and a greedy search."""

import json
import pathlib
import time
from collections.abc import Sequence
from typing import Any

import keras
import numpy as np
from keras import ops

from keras_ssl import data
from keras_ssl.augmentation.transforms import TRANSFORMS
from keras_ssl.data.arrays import to_integers
from keras_ssl.data.halves import Line
from keras_ssl.finders.augmentation_distance import LEVELS
from keras_ssl.finders.augmentation_distance import Distances
from keras_ssl.finders.augmentation_distance import measure_distances
from keras_ssl.finders.augmentation_distance import pool_levels
from keras_ssl.finders.augmentation_result import AugmentationResult
from keras_ssl.finders.augmentation_search import Trials
from keras_ssl.finders.augmentation_search import greedy_search
from keras_ssl.finders.gather import gather
from keras_ssl.utils.checks import check_name
from keras_ssl.utils.checks import check_number
from keras_ssl.utils.deprecation import renamed_argument
from keras_ssl.utils.fingerprint import checksum
from keras_ssl.utils.folder import check_conditions
from keras_ssl.utils.folder import in_use
from keras_ssl.utils.folder import read_json
from keras_ssl.utils.folder import write_json
from keras_ssl.utils.snapshot import preserved
from keras_ssl.utils.typing import Array
from keras_ssl.utils.typing import Config

SEARCH: dict[str, list[Config]] = {
    "mirror": [{"mirror": True}],
    "rotate90": [{"rotate90": True}],
    "rotate": [{"rotate": 31.0}, {"rotate": 90.0}],
    "color": [{"color_level": level} for level in range(1, LEVELS + 1)],
    "spatial": [{"spatial_level": level} for level in range(1, LEVELS + 1)],
    "mixup": [{"mixup": 0.75}],
    "cutmix": [{"cutmix": 0.5}],
}
LEVELED = {"color", "spatial"}
FILE = "augmentation_search.json"
MOST = 10_000  # images of a dataset that are read
FEWEST = 100  # validation images, with a standard error of 4 points or so


def find_augmentation(  # noqa: PLR0913  one place for every choice
    model: keras.Model,
    labeled: Any,
    unlabeled: Any = None,
    validation: Any = None,
    *,
    search: Sequence[str] = tuple(SEARCH),
    warmup_steps: int = 300,
    steps: int = 150,
    repeats: int = 2,
    margin: float = 2.0,
    batch_size: int = 32,
    learning_rate: float = 1e-3,
    fill: float | None = None,
    seed: int = 0,
    folder: str | pathlib.Path | None = None,
    max_steps: int | None = None,
    verbose: int = 1,
) -> AugmentationResult:
    """Finds an augmentation on labeled images, and leaves the model as it was.

    First the network trains for a while without augmentation. Then it is
    measured how far each of the nineteen transforms of `Policy`, at each of ten
    magnitudes, moves its validation loss, and magnitudes that move it alike
    become levels. Then one thing after another is tried: mirror, turns by right
    angles, free turns, a level of the colour transforms, one of the spatial
    transforms, mixup, cutmix. Each trial trains from the warm start, with
    everything that was kept before; the best of its kind is kept if its gain in
    validation accuracy exceeds `margin` standard errors.

    Args:
        model: A built classifier of images; of a `SemiSupervisedModel`, its
            network is searched for.
        labeled: `(x, y)`, to train on, as arrays; or a `tf.data.Dataset` or a
            `keras.utils.PyDataset`, of which the first 10,000 images are read.
        unlabeled: Not used: trials need labels. Where `validation` is left
            out, this is taken for it, as in earlier versions.
        validation: `(x, y)`, to decide on, in any of these containers; some
            hundred at least, as fewer tell nothing.
        search: Which of `"mirror"`, `"rotate90"`, `"rotate"`, `"color"`,
            `"spatial"`, `"mixup"` and `"cutmix"` to try.
        warmup_steps: Steps before all trials.
        steps: Steps of a trial.
        repeats: How often each trial is trained, in other orders.
        margin: Standard errors of the paired gain, over the images, that it
            takes to keep a change.
        batch_size: Images a step.
        learning_rate: Of Adam.
        fill: What comes into moved images, as a fraction of the pixel range;
            `None` takes the median of the images' borders.
        seed: Of orders and draws.
        folder: Keeps what has been done, so that an interrupted search goes on
            when it is called again with the same data and the same weights.
        max_steps: Training steps that the search may take in all, enough for
            the warm-up, a trial without augmentation and one with it; `None`
            for no limit.
        verbose: 1 prints a line a trial with the time left, 0 nothing.

    Returns:
        The `AugmentationResult`; print it, `plot()` it, and take its
        `policy()`.

    Raises:
        TypeError: The data can be read only once, as a generator.
        ValueError: There are fewer than 100 validation images, labels are no
            classes of the model, `search` has an unknown name, `max_steps` are
            too few, or `folder` holds another search, is in use by another
            program, or is damaged.

    Example:

    >>> (x, y), _ = keras_ssl.data.load_digits()
    >>> layers = [keras.layers.Flatten(), keras.layers.Dense(10)]
    >>> model = keras.Sequential([keras.Input((8, 8, 1)), *layers])
    >>> result = find_augmentation(
    ...     model,
    ...     (x[:200], y[:200]),
    ...     validation=(x[200:400], y[200:400]),
    ...     search=["mirror"],
    ...     steps=5,
    ...     verbose=0,
    ... )
    >>> [trial.name for trial in result.trials]
    ['mirror']
    """
    begin = time.perf_counter()
    for name in search:
        check_name(name, "search", SEARCH)
    labeled, validation = _read(labeled, unlabeled, validation)
    _check_size(validation[0])
    kinds = {name: SEARCH[name] for name in SEARCH if name in search}
    count = sum(map(len, kinds.values()))
    most = _most_trials(max_steps, warmup_steps, steps * repeats)
    network = getattr(model, "network", model)
    value_range = data.check_images(labeled[0], validation[0])
    fill = _border(labeled[0], value_range) if fill is None else fill
    conditions = {
        "warmup_steps": warmup_steps,
        "steps": steps,
        "repeats": repeats,
        "batch_size": batch_size,
        "learning_rate": learning_rate,
        "fill": fill,
        "seed": seed,
        "labeled images": len(labeled[0]),
        "validation images": len(validation[0]),
        "checksum": checksum(*network.get_weights(), *labeled, *validation),
    }
    with in_use(folder), preserved(network, trains=False):
        notes = Notes(folder, conditions)
        num_classes = network(ops.convert_to_tensor(labeled[0][:1])).shape[-1]
        for _, y in (labeled, validation):
            data.check_labels(y, num_classes, None)
        trials = Trials(
            network,
            (labeled[0], _one_hot(labeled[1], num_classes)),
            (validation[0], to_integers(validation[1])),
            batch_size=batch_size,
            learning_rate=learning_rate,
            value_range=value_range,
            seed=seed,
        )
        trials.warm_up(warmup_steps)
        distances: Distances = {}
        fixed: Config = {"fill": fill}
        if LEVELED & set(search):
            distances = _distances(
                notes,
                trials,
                validation[0],
                value_range=value_range,
                fill=fill,
                seed=seed,
            )
            fixed["magnitudes"] = pool_levels(distances)

        def correct(change: Config) -> Array:
            """Share of the repeats in which each validation image is right."""
            name = json.dumps(change, sort_keys=True)
            found = notes.recall(name)
            if found is None:
                settings = {**fixed, **change} if change else {}
                runs = [trials.run(settings, steps, i) for i in range(repeats)]
                found = np.mean(runs, axis=0)
                notes.keep(name, found)
            return found

        baseline, tried, kept = greedy_search(
            correct,
            kinds,
            margin=margin,
            line=Line(verbose),
            most=most,
        )
    if not {f"{kind}_level" for kind in LEVELED} & set(kept):
        fixed.pop("magnitudes", None)
    return AugmentationResult(
        settings={**kept, **fixed},
        baseline=baseline,
        trials=tried,
        distances=distances,
        images=len(validation[0]),
        steps=trials.steps,
        seconds=time.perf_counter() - begin,
        stopped=f"stopped after {len(tried)} of {count} trials"
        if len(tried) < count
        else "",
    )


def _read(
    labeled: Any, unlabeled: Any, validation: Any
) -> tuple[tuple[Array, ...], tuple[Array, ...]]:
    """Labeled and validation images, and their labels, as arrays."""
    if validation is None:
        old = {} if unlabeled is None else {"unlabeled": unlabeled}
        validation = renamed_argument(old, "unlabeled", "validation", None)
    if validation is None:
        raise ValueError(
            "Received: validation=None. Expected images and labels to decide "
            "on. Pass `validation=(x, y)`, 100 images at least."
        )
    first, second = (
        gather(each, "labeled", MOST)[:2] for each in (labeled, validation)
    )
    return first, second


def fewest_steps(
    warmup_steps: int = 300, steps: int = 150, repeats: int = 2
) -> int:
    """The least `max_steps` of a search: with fewer it has seen too little."""
    return warmup_steps + 2 * steps * repeats


def _most_trials(
    max_steps: int | None, warmup_steps: int, trial: int
) -> int | None:
    if max_steps is None:
        return None
    check_number(
        *("max_steps", max_steps, warmup_steps + 2 * trial),
        integer=True,
        advice="Allow more, or take a preset of `keras_ssl.augmentation`.",
    )
    return (max_steps - warmup_steps) // trial - 1


class Notes:
    """Keeps what a search has found by name, so that it can go on.

    Args:
        folder: Where to keep it; `None` keeps it in memory.
        conditions: What the results depend on, as plain values.

    Raises:
        ValueError: The folder holds a search under other conditions.

    Example:

    >>> notes = Notes(None, {"steps": 100})
    >>> notes.keep("mirror", np.array([True, False]))
    >>> notes.recall("mirror").tolist(), notes.recall("rotate") is None
    ([1.0, 0.0], True)
    """

    def __init__(
        self, folder: str | pathlib.Path | None, conditions: Config
    ) -> None:
        self._file = None if folder is None else pathlib.Path(folder) / FILE
        found = self._file and read_json(self._file)
        if self._file and found:
            check_conditions(self._file.parent, found["conditions"], conditions)
        self._notes: Config = found or {"conditions": conditions}

    def recall(self, name: str) -> Array | None:
        """Returns what was kept under a name, or `None`."""
        found = self._notes.get(name)
        return None if found is None else np.asarray(found, "float64")

    def keep(self, name: str, values: Array) -> None:
        """Keeps an array of numbers under a name."""
        self._notes[name] = np.asarray(values, "float64").tolist()
        if self._file is not None:
            write_json(self._file, self._notes)


def _distances(
    notes: Notes, trials: Trials, images: Array, **options: Any
) -> Distances:
    kept = notes.recall("distances")
    if kept is not None:
        return dict(zip(TRANSFORMS, kept.tolist(), strict=True))
    found = measure_distances(trials.loss, images, **options)
    notes.keep("distances", np.array([found[name] for name in TRANSFORMS]))
    return found


def _check_size(images: Array) -> None:
    if len(images) < FEWEST:
        raise ValueError(
            f"Received: {len(images)} validation images. Expected at least "
            f"{FEWEST}, as the accuracy on fewer is mostly chance. Pass more, "
            "or take a preset of `keras_ssl.augmentation`."
        )


def _border(images: Array, value_range: tuple[float, float]) -> float:
    """The median of the pixels at the border, as a fraction of the range."""
    low, high = value_range
    few = images[:1000]
    sides = few[:, 0], few[:, -1], few[:, :, 0], few[:, :, -1]
    median = np.median(np.concatenate([side.ravel() for side in sides]))
    return round(float((median - low) / (high - low)), 3)


def _one_hot(labels: Array, num_classes: int) -> Array:
    return np.asarray(
        keras.utils.to_categorical(to_integers(labels), num_classes)
    )

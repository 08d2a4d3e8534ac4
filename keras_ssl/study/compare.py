"""`compare`: several ways to train, over several seeds, on the same splits."""

import itertools
import json
import pathlib
import time
from collections.abc import Callable
from collections.abc import Iterable
from collections.abc import Mapping
from collections.abc import Sequence
from typing import Any

import keras
import numpy as np

from keras_ssl.data.arrays import describe as describe_data
from keras_ssl.recipes.recipe import Recipe
from keras_ssl.study.cluster import Ray
from keras_ssl.study.comparison import Comparison
from keras_ssl.study.engine import check_engine
from keras_ssl.study.engine import run_all
from keras_ssl.study.equal_time import EqualTime
from keras_ssl.study.paired_tests import get_stats
from keras_ssl.study.requests import check_arguments
from keras_ssl.study.requests import list_seeds
from keras_ssl.study.run import Images
from keras_ssl.study.run import Row
from keras_ssl.study.run_store import Folder
from keras_ssl.utils.checks import check_name
from keras_ssl.utils.checks import check_number
from keras_ssl.utils.console import say
from keras_ssl.utils.fingerprint import checksum
from keras_ssl.utils.fingerprint import fingerprint
from keras_ssl.utils.folder import in_use
from keras_ssl.utils.jsonable import to_plain
from keras_ssl.utils.registry import config_of
from keras_ssl.utils.text import duration


def compare(  # noqa: PLR0913  one place for every choice
    rows: Mapping[str, Row | EqualTime],
    network: Callable[[], keras.Model],
    train: Images,
    test: Images,
    *,
    labels: int,
    seeds: int | Iterable[int] = 5,
    control: str | Sequence[str] | None = None,
    validation: int = 0,
    epochs: int = 10,
    folder: str | pathlib.Path | None = None,
    workers: int = 1,
    engine: str | Ray = "joblib",
    verbose: int = 1,
) -> Comparison:
    """Trains every row with every seed, and says what differences are worth.

    A seed decides which images have labels, the first weights and the order of
    the images, and is the same for all rows. What counts is the last step of
    each run, on test images that are read once, after training. Choose
    settings on validation images instead: pass held-out training images as
    `test`.

    Args:
        rows: Ways to train, by name: a `keras_ssl.recipe.Recipe`, as those of
            `keras_ssl.recipes`; an `EqualTime`; or a function of a network
            that is not compiled and a `Task`, which trains it and returns it.
        network: Builds a new network, a classifier of images.
        train: Training images and all their labels, of which a run sees few.
        test: Test images and labels.
        labels: How many training images have labels, of each class alike.
        seeds: How many, or which.
        control: The row to compare with, by default the first; of several, the
            one with the best mean.
        validation: How many of the labeled images are kept from training, for
            curves.
        epochs: Into how many parts a run of a recipe is divided, for curves.
        folder: Keeps every finished run at once; an interrupted study goes on.
            One program at a time may use it.
        workers: Processes that run at the same time.
        engine: What starts more than one: `"joblib"`, on this machine; or
            `"ray"`, on the machines of a Ray cluster, `Ray(num_gpus=1)` for
            runs that need a GPU.
        verbose: 1 prints a line a run with the time left, 0 nothing.

    Returns:
        The `Comparison`; print it, `plot()` it, or `save("folder")` it.

    Raises:
        TypeError: A row is neither recipe nor function, or the network is one
            that is built already.
        ValueError: A number is out of range, a seed is there twice, `control`
            is no row, or the folder holds another study:
            other data, another network, or another recipe of the same name.
            Functions are told apart by their names only. Or it is a file, in
            use by another program, or damaged.
        OSError: The disk is full, or may not be written to.
        ImportError: SciPy is not installed, or an engine that is needed.

    Example:

    >>> (x, y), test = keras_ssl.data.load_digits()
    >>> def network():
    ...     layers = [keras.layers.Flatten(), keras.layers.Dense(10)]
    ...     return keras.Sequential([keras.Input((8, 8, 1)), *layers])
    >>> recipe = keras_ssl.recipes.fixmatch(
    ...     steps=5, batch_size=8, strong="cutout"
    ... )
    >>> rows = {"control": recipe.control(), "FixMatch": recipe}
    >>> found = compare(
    ...     rows, network, (x, y), test, labels=50, seeds=2, verbose=0
    ... )
    >>> [(row["row"], row["runs"]) for row in found.rows]
    [('control', 2), ('FixMatch', 2)]
    """
    get_stats()
    labels = check_number("labels", labels, 1, integer=True)
    workers = check_number("workers", workers, 1, integer=True)
    epochs = check_number("epochs", epochs, 1, integer=True)
    validation = check_number("validation", validation, 0, integer=True)
    for name, part in (("train", train), ("test", test)):
        if not isinstance(part, tuple | list) or len(part) != 2:
            raise TypeError(
                f"Received: {name}={describe_data(part)}. Expected images and "
                f"labels. Pass `{name}=(x, y)`."
            )
    seeds = list_seeds(seeds)
    check_arguments(rows, network, seeds)
    check_engine(engine)
    controls = [control] if isinstance(control, str) else list(control or [])
    for name in controls:
        check_name(name, "control", rows)
    controls = controls or list(rows)[:1]
    train, test = ((np.asarray(x), np.asarray(y)) for x, y in (train, test))
    setup = {
        "backend": keras.backend.backend(),
        "policy": keras.config.dtype_policy().name,
        "network": fingerprint(network()),
        "labels": labels,
        "validation": validation,
        "epochs": epochs,
        "train images": len(train[0]),
        "test images": len(test[0]),
        "checksum": checksum(*train, *test),
    }
    with in_use(folder):
        kept = Folder(
            folder, setup, {n: describe(row) for n, row in rows.items()}
        )
        names = "labels", "validation", "epochs", "policy"
        shared = {name: setup[name] for name in names}
        # Of several at once, only the ends are said.
        shared["verbose"] = int(bool(verbose) and workers == 1)
        left = [
            (name, seed)
            for seed, name in itertools.product(seeds, rows)
            if not kept.has(name, seed)
        ]
        begin, done = time.perf_counter(), len(kept.runs)
        # Those of equal time follow the runs that they take their steps from.
        for late in (False, True):
            jobs = [
                {"name": name, "row": row, "seed": seed, **shared}
                for name, seed in left
                if isinstance(row := rows[name], EqualTime) is late
            ]
            for job in jobs if late else ():
                job["row"] = job["row"].resolve(rows, kept.runs, job["seed"])
            for run in run_all(
                jobs, network, train, test, workers=workers, engine=engine
            ):
                kept.keep(run)
                _tell(
                    run,
                    done=len(kept.runs) - done,
                    total=len(left),
                    begin=begin,
                    verbose=verbose,
                )
    wanted = set(itertools.product(rows, seeds))
    runs = [run for run in kept.runs if (run["row"], run["seed"]) in wanted]
    order = {name: place for place, name in enumerate(rows)}
    runs.sort(key=lambda run: (order[run["row"]], run["seed"]))
    return Comparison(runs, controls, setup)


def _tell(
    run: Mapping[str, Any], *, done: int, total: int, begin: float, verbose: int
) -> None:
    left = (time.perf_counter() - begin) / done * (total - done)
    say(
        f"study: {done} of {total}, {run['row']}, seed {run['seed']}: "
        f"{100 * run['accuracy']:.2f} % in {duration(run['seconds'])}; about "
        f"{duration(left)} left",
        verbose,
    )


def describe(row: Row | EqualTime) -> str:
    """Describes a row: a recipe by all of its fields, a function by its name.

    Example:

    >>> recipe = keras_ssl.recipes.fixmatch(steps=5)
    >>> describe(recipe) == describe(keras_ssl.recipes.fixmatch(steps=6))
    False
    """
    if isinstance(row, EqualTime):
        return str(row)
    if not isinstance(row, Recipe):
        return str(getattr(row, "__qualname__", type(row).__name__))
    fields = vars(row) | {
        name: config_of(getattr(row, name)) for name in ("weak", "strong")
    }
    del fields["sources"]
    return json.dumps(to_plain(fields), sort_keys=True)

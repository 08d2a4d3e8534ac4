"""Runs a study in this process or in others."""

import functools
import gc
import os
import threading
import time
from collections.abc import Callable
from collections.abc import Iterator
from collections.abc import Sequence
from typing import Any

import keras

from keras_ssl.study.cluster import Ray
from keras_ssl.study.run import Images
from keras_ssl.study.run import run
from keras_ssl.utils.checks import check_name

ENGINES = "joblib", "ray"
Job = dict[str, Any]
LOOK = 1  # seconds after which a worker looks again whether its parent lives


def check_engine(engine: str | Ray) -> None:
    """Refuses an engine that is none.

    Raises:
        ValueError: It is unknown.

    Example:

    >>> check_engine("ray")
    """
    if not isinstance(engine, Ray):
        check_name(engine, "engine", ENGINES)


def run_all(
    jobs: Sequence[Job],
    network: Callable[[], keras.Model],
    train: Images,
    test: Images,
    *,
    workers: int,
    engine: str | Ray = "joblib",
) -> Iterator[Job]:
    """Runs every job, and gives each result as soon as it is there.

    Args:
        jobs: Arguments of `run` that are its own.
        network: Builds a new network.
        train: Training images and all their labels.
        test: Test images and labels.
        workers: Processes; with 1 the runs are in this one, unless Ray is asked
            for.
        engine: `"joblib"`, `"ray"` or a `Ray`.

    Raises:
        ImportError: The engine is not installed.

    Example:

    >>> list(run_all([], None, None, None, workers=1))
    []
    """
    data = {"network": network, "train": train, "test": test}
    if engine != "joblib":
        ray = engine if isinstance(engine, Ray) else Ray()
        return ray(run, jobs, data, workers)
    return _here(jobs, data) if workers == 1 else _joblib(jobs, data, workers)


def _here(jobs: Sequence[Job], data: Job) -> Iterator[Job]:
    for job in jobs:
        yield run(**data, **job)
        gc.collect()  # the model, which a device's memory does not ask for


def _joblib(jobs: Sequence[Job], data: Job, workers: int) -> Iterator[Job]:
    try:
        import joblib
    except ImportError as error:
        raise ImportError(
            f"Received: workers={workers}, and no joblib. Expected it to start "
            'processes. Run `pip install "keras_ssl[study]"`, or pass '
            "workers=1."
        ) from error
    parallel = joblib.Parallel(
        n_jobs=workers, return_as="generator_unordered", batch_size=1
    )
    work, parent = joblib.delayed(_work), os.getpid()
    return parallel(work(parent, **data, **job) for job in jobs)


def _work(parent: int, **arguments: Any) -> Job:
    """Runs a job in a process that ends with its parent."""
    if os.getppid() == parent:  # else it is no process that joblib has started
        _end_with(parent)
    return run(**arguments)


@functools.cache
def _end_with(parent: int) -> None:
    """Ends this process once its parent has, which may be killed."""

    def watch() -> None:
        while os.getppid() == parent:
            time.sleep(LOOK)
        os._exit(1)

    threading.Thread(target=watch, daemon=True).start()

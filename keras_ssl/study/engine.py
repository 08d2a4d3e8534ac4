"""Where the runs of a study take place: here, or in other processes."""

import gc
from collections.abc import Callable
from collections.abc import Iterator
from collections.abc import Sequence
from typing import Any

import keras

from keras_ssl.study.run import Images
from keras_ssl.study.run import run


def run_all(
    jobs: Sequence[dict[str, Any]],
    network: Callable[[], keras.Model],
    train: Images,
    test: Images,
    *,
    workers: int,
) -> Iterator[dict[str, Any]]:
    """Runs every job, and gives each result as soon as it is there.

    Args:
        jobs: Arguments of `run` that are its own.
        network: As in `run`.
        train: Likewise.
        test: Likewise.
        workers: Processes; with 1 the runs are in this one.

    Raises:
        ImportError: There is no joblib for several workers.

    Example:

    >>> list(run_all([], None, None, None, workers=1))
    []
    """
    if workers == 1:
        for job in jobs:
            yield run(network=network, train=train, test=test, **job)
            gc.collect()  # the model, which a device's memory does not ask for
        return
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
    yield from parallel(
        joblib.delayed(run)(network=network, train=train, test=test, **job)
        for job in jobs
    )

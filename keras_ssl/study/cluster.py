"""`Ray`: runs of a study on the machines of a Ray cluster."""

import dataclasses
from collections.abc import Callable
from collections.abc import Iterator
from collections.abc import Mapping
from collections.abc import Sequence
from typing import Any

import keras


@dataclasses.dataclass(frozen=True)
class Ray:
    """Runs of a study on the machines of a Ray cluster, or of one on this one.

    A cluster that the process is connected to is taken, or that of the
    environment variable `RAY_ADDRESS`; else Ray is started on this machine. The
    machines need keras_ssl, and whatever module the network is from.

    Args:
        num_cpus: Processor cores that Ray sets aside for a run.
        num_gpus: How many GPUs a run needs. With 0 it sees none.

    Example:

    >>> Ray(num_gpus=1)
    Ray(num_cpus=1, num_gpus=1)
    """

    num_cpus: float = 1
    num_gpus: float = 0

    def __call__(
        self,
        run: Callable[..., dict[str, Any]],
        jobs: Sequence[Mapping[str, Any]],
        data: Mapping[str, Any],
        workers: int,
    ) -> Iterator[dict[str, Any]]:
        """Gives each result as soon as it is there.

        Args:
            run: Called with the arguments of a job and `data`.
            jobs: A dictionary each.
            data: What all have in common, which travels once.
            workers: The most runs at a time.

        Raises:
            ImportError: Ray is not installed.
        """
        try:
            import ray
        except ImportError as error:
            raise ImportError(
                'Received: engine="ray", and no Ray. Expected it to start '
                'processes. Run `pip install "keras_ssl[ray]"`, or leave '
                "engine out."
            ) from error
        if not ray.is_initialized():
            ray.init(log_to_driver=False)
        remote = ray.remote(
            num_cpus=self.num_cpus,
            num_gpus=self.num_gpus,
            runtime_env={
                "env_vars": {"KERAS_BACKEND": keras.backend.backend()}
            },
        )(run)
        data = {name: ray.put(value) for name, value in data.items()}
        waiting = list(jobs)
        running: list[Any] = []
        while waiting or running:
            while waiting and len(running) < workers:
                running.append(remote.remote(**data, **waiting.pop(0)))
            (done, *_), running = ray.wait(running)
            yield ray.get(done)

"""One run of a study: one row, one seed, from the split to the test images."""

import dataclasses
import importlib
import platform
import time
from collections.abc import Callable
from typing import Any
from typing import TypeAlias

import keras
import numpy as np

from keras_ssl.data.arrays import to_integers
from keras_ssl.data.targets import check_outputs
from keras_ssl.recipes.recipe import Recipe
from keras_ssl.study.progress import Progress
from keras_ssl.study.task import Task
from keras_ssl.study.task import make_task
from keras_ssl.utils.typing import Array

Images: TypeAlias = tuple[Array, Array]
# A row: a recipe, or a function that trains a network on a task and returns it.
Row: TypeAlias = Recipe | Callable[[keras.Model, Task], keras.Model]


class Clock(keras.callbacks.Callback):
    """Keeps the seconds at the end of each epoch.

    Attributes:
        seconds: Since training began, an epoch each.
    """

    def on_train_begin(self, logs: Any = None) -> None:
        """Starts the clock."""
        self._begin = time.perf_counter()
        self.seconds: list[float] = []

    def on_epoch_end(self, epoch: int, logs: Any = None) -> None:
        """Keeps the seconds so far."""
        self.seconds.append(time.perf_counter() - self._begin)


def run(  # noqa: PLR0913  what a process gets
    name: str,
    row: Row,
    network: Callable[[], keras.Model],
    train: Images,
    test: Images,
    *,
    labels: int,
    validation: int,
    epochs: int,
    seed: int,
    policy: str,
    verbose: int = 0,
) -> dict[str, Any]:
    """Splits, trains, and then looks at the test images, once.

    Args:
        name: Of the row.
        row: The row.
        network: Builds a new network.
        train: Training images, and all their labels.
        test: Test images and labels.
        labels: How many labels training may see.
        validation: How many of these serve for validation.
        epochs: Into how many parts the run is divided, for its curve.
        seed: Of split, weights and order.
        policy: Keras' dtype policy, as another process has its own.
        verbose: 1 says every half minute how far it is.

    Returns:
        What is known of the run: numbers, strings, and lists of numbers.

    Raises:
        TypeError: A function has not returned a model.
        ValueError: The trained model is no classifier of two classes or more.
    """
    keras.config.set_dtype_policy(policy)
    keras.utils.set_random_seed(seed)
    clock = Clock()
    task = make_task(
        train,
        labels,
        validation=validation,
        seed=seed,
        epochs=epochs,
        callbacks=(clock, Progress(name, seed)) if verbose else (clock,),
    )
    begin = time.perf_counter()
    if isinstance(row, Recipe):
        model = train_recipe(row, network(), task)
    else:
        model = row(network(), task)
    seconds = time.perf_counter() - begin
    if not isinstance(model, keras.Model):
        raise TypeError(
            f"Received: {model!r} from the row {name!r}. Expected the trained "
            "model. Return it from the function."
        )
    history = getattr(model, "history", None)
    outputs = model.predict(test[0], verbose=0)
    if outputs.ndim != 2 or outputs.shape[1] < 2:
        raise ValueError(
            f"Received: outputs of shape {outputs.shape} of the row {name!r}. "
            "Expected (n, num_classes), with two classes at least. End the "
            "network with an output for each class."
        )
    right = np.argmax(outputs, axis=-1) == to_integers(test[1])
    right &= np.isfinite(outputs).all(axis=-1)  # a run that diverged is wrong
    return {
        "row": name,
        "seed": seed,
        "accuracy": float(np.mean(right)),
        "seconds": seconds,
        "images": _images(row),
        "versions": versions(),
        "curve": {
            "seconds": getattr(clock, "seconds", []),
            **{
                k: [*map(float, v)]
                for k, v in getattr(history, "history", {}).items()
            },
        },
    }


def train_recipe(
    recipe: Recipe, network: keras.Model, task: Task
) -> keras.Model:
    """Trains a network as a recipe says, in as many epochs as the task has.

    What `compare` does with a recipe; for rows of your own, that change the
    task or the network first.

    Args:
        recipe: The recipe; without a method, it sees the labeled images alone.
        network: A network that is not compiled.
        task: The task.

    Returns:
        The trained model.

    Raises:
        ValueError: The network is no classifier, or data and network do not
            fit, as in `SemiSupervisedModel.fit`.

    Example:

    >>> (x, y), _ = keras_ssl.data.load_digits()
    >>> layers = [keras.layers.Flatten(), keras.layers.Dense(10)]
    >>> network = keras.Sequential([keras.Input((8, 8, 1)), *layers])
    >>> recipe = keras_ssl.recipes.fixmatch(steps=2, strong="cutout")
    >>> task = keras_ssl.study.Task((x[:50], y[:50]), (x, y), None, seed=0)
    >>> model = train_recipe(recipe, network, task)
    >>> int(model.optimizer.iterations)
    2
    """
    x, y = task.labeled
    views = {name: _fresh(getattr(recipe, name)) for name in ("weak", "strong")}
    recipe = dataclasses.replace(recipe, **views)
    sparse = y.ndim == 1 or y.shape[-1] == 1
    kind = (
        "SparseCategoricalCrossentropy" if sparse else "CategoricalCrossentropy"
    )
    outputs = check_outputs(network.predict(x[:8], verbose=0), None)
    model = recipe.compile(
        network,
        loss=getattr(keras.losses, kind)(from_logits=outputs == "logits"),
        metrics=["accuracy"],
        verbose=0,
    )
    # As many as asked for, or fewer, but of equal length and no step more.
    epochs = max(n for n in range(1, task.epochs + 1) if not recipe.steps % n)
    model.fit(
        x,
        y,
        unlabeled_data=task.unlabeled,
        validation_data=task.validation,
        verbose=0,
        callbacks=list(task.callbacks),
        **{
            **recipe.fit,
            "epochs": epochs,
            "steps_per_epoch": recipe.steps // epochs,
        },
    )
    return model


def _fresh(view: Any) -> Any:
    """A copy of an augmentation, whose draws depend on this run alone."""
    if isinstance(view, list | tuple):
        return [_fresh(each) for each in view]
    if isinstance(view, keras.layers.Layer):
        return type(view).from_config(view.get_config())
    return view


def _images(row: Row) -> int | None:
    """Counts the images that a recipe's steps take."""
    if not isinstance(row, Recipe):
        return None
    ratio = 0 if row.method is None else row.unlabeled_ratio
    return row.steps * row.batch_size * (1 + ratio)


def versions() -> dict[str, str]:
    """The versions of the libraries, on which a run depends too.

    Example:

    >>> versions()["keras"] == keras.__version__
    True
    """
    packages = "keras_ssl", "keras", keras.backend.backend()
    return {
        **{
            name: importlib.import_module(name).__version__ for name in packages
        },
        "python": platform.python_version(),
        "machine": platform.machine(),
    }

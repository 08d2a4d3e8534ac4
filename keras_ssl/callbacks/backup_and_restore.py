"""`BackupAndRestore`: Keras', with writes that a crash cannot cut."""

import json
import pathlib
import shutil
from typing import Any

import keras
import numpy as np

from keras_ssl.utils.fingerprint import checksum
from keras_ssl.utils.folder import read_whole
from keras_ssl.utils.folder import replacing

NEWEST = "newest"
WEIGHTS, STATE = "model.weights.h5", "state.json"


class BackupAndRestore(keras.callbacks.Callback):
    """Keeps the state of training in a folder, so that `fit` goes on from it.

    As `keras.callbacks.BackupAndRestore`, which saves each epoch in place, and
    loses all of it if the program is killed meanwhile. This one writes an epoch
    whole or not at all, and keeps the one before; if the newest is damaged, it
    says so and goes on from that. It also keeps NumPy's random state and the
    place in the data. So arrays come in the order in which they would have
    come, and training ends with the same numbers. Datasets and generators begin
    with their first batch again.

    Start the same program again, with the same arguments: it goes on after the
    last complete epoch. For the `fit` of a `SemiSupervisedModel`.

    Args:
        backup_dir: The folder.
        delete_checkpoint: Whether the folder goes when training has ended.

    Raises:
        TypeError: During training, the model is no `SemiSupervisedModel`.
        ValueError: During training, both of the epochs kept are damaged.
        OSError: During training, the disk is full, or may not be written to.

    Example:

    >>> backup = keras_ssl.callbacks.BackupAndRestore("backup")
    >>> backup.delete_checkpoint
    True
    """

    def __init__(
        self, backup_dir: str | pathlib.Path, *, delete_checkpoint: bool = True
    ) -> None:
        super().__init__()
        self.backup_dir = pathlib.Path(backup_dir)
        self.delete_checkpoint = delete_checkpoint
        self._state: dict[str, Any] | None = None

    def before_fit(
        self,
        model: keras.Model,
        arguments: dict[str, Any],
        unlabeled_data: Any = None,
        **options: Any,
    ) -> dict[str, Any]:
        """Looks for a backup, and begins where and how that one did.

        Args:
            model: The compiled model.
            arguments: The arguments of `keras.Model.fit`, by name.
            unlabeled_data: Unlabeled images, or `None`.
            **options: Of `fit`, which do not matter here.

        Returns:
            The arguments with the first epoch that is left.
        """
        found = read_whole(self.backup_dir / NEWEST, _read)
        if found is None:
            self._weights = None
            self._state = {
                "epoch": arguments.get("initial_epoch") or 0,
                "passed": 0,
                "paused": 0,
                "random": _random_state(),
            }
            return arguments
        self._state, self._weights = found
        np.random.set_state(tuple(self._state["random"]))
        return {**arguments, "initial_epoch": self._state["epoch"]}

    def on_train_begin(self, logs: Any = None) -> None:
        """Loads the weights, and passes over the data that were seen."""
        if self._state is None:
            raise TypeError(
                f"Received: a model of type {type(self.model).__name__}. "
                "Expected a `SemiSupervisedModel`. Pass Keras' own "
                "`BackupAndRestore` to other models."
            )
        if self._weights is None:
            return
        if not self.model.optimizer.built:
            self.model.optimizer.build(self.model.trainable_variables)
        self.model.load_weights(self._weights)
        data = self.model.training_data
        for name, unlabeled in (("paused", False), ("passed", True)):
            with data.reading(unlabeled=unlabeled):
                for _ in range(self._state[name]):
                    _pass_epoch(data)

    def on_epoch_begin(self, epoch: int, logs: Any = None) -> None:
        """Notes whether unlabeled images are read in this epoch."""
        self._kind = "paused" if self.model.phase == "supervised" else "passed"

    def on_epoch_end(self, epoch: int, logs: Any = None) -> None:
        """Writes the epoch that has ended."""
        state = self._state or {}
        state["epoch"] = epoch + 1
        state[self._kind] += 1
        with replacing(self.backup_dir / NEWEST, keep=True) as new:
            new.mkdir(parents=True)
            self.model.save_weights(new / WEIGHTS)
            total = _checksum(new / WEIGHTS)
            text = json.dumps({**state, "checksum": total})
            (new / STATE).write_text(text, encoding="utf-8")

    def on_train_end(self, logs: Any = None) -> None:
        """Deletes the folder, if it may."""
        if self.delete_checkpoint:
            shutil.rmtree(self.backup_dir, ignore_errors=True)


def _read(folder: pathlib.Path) -> tuple[dict[str, Any], pathlib.Path]:
    """The state, and the path of the weights.

    Raises:
        ValueError: They are not what was written.
    """
    state = json.loads((folder / STATE).read_bytes())
    if state.pop("checksum") != _checksum(folder / WEIGHTS):
        raise ValueError("the weights are cut or changed")
    return state, folder / WEIGHTS


def _checksum(file: pathlib.Path) -> int:
    return checksum(np.memmap(file, "uint8", "r"))


def _pass_epoch(data: Any) -> None:
    paired = getattr(data, "paired", None)
    if paired is not None:  # others begin with their first batch again
        paired.on_epoch_end()


def _random_state() -> list[Any]:
    name, keys, *others = np.random.get_state()
    return [name, np.asarray(keys).tolist(), *others]

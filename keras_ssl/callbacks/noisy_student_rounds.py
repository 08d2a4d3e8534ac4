"""`NoisyStudentRounds`: the student becomes the teacher, again and again."""

from typing import Any

import numpy as np
from keras import ops

from keras_ssl.callbacks.own_model import OwnModel
from keras_ssl.callbacks.phase_switch import reset_optimizer
from keras_ssl.callbacks.predict_unlabeled import predict_unlabeled
from keras_ssl.methods.noisy_student import UNKNOWN
from keras_ssl.methods.noisy_student import NoisyStudent
from keras_ssl.methods.noisy_student import teacher_labels
from keras_ssl.model.phases import SEMI_SUPERVISED
from keras_ssl.model.phases import SUPERVISED
from keras_ssl.utils.checks import check_number
from keras_ssl.utils.console import say
from keras_ssl.utils.devices import read_number
from keras_ssl.utils.typing import Array

OURS = "noisy_student."


class NoisyStudentRounds(OwnModel):
    """Gives the method `"noisy_student"` its labels, in rounds.

    When a round begins, the weights that evaluation uses are the teacher. They
    predict every unlabeled image, without augmentation and dropout, and
    `keras_ssl.methods.noisy_student.teacher_labels` makes labels of that; of
    labeled images among them, too. Until the next round, the student learns
    these labels. It is the same network. For a larger one, take a new model and
    assign the `table` and `weight` of its method yourself.

    Supervised epochs have no rounds. The first round begins with the
    semi-supervised phase, for instance that of `PhaseSwitch`, or at
    `start_epoch`. Before it, a new method's loss is 0.

    What it has to remember is saved with the model's weights, so that a run
    resumes after `keras_ssl.callbacks.BackupAndRestore`.

    Args:
        epochs: How long a round is, at least 1.
        rounds: How many rounds there are at most; the last goes on until `fit`
            ends. `None` for no limit. The paper has 3 long ones.
        start_epoch: Epoch that the first round begins with, from 0; 0 for a
            network that is trained already. `None` for the first
            semi-supervised one.
        threshold: Confidence from which an image counts, in `[0, 1]`.
        balance: Whether all classes count equally.
        max_repeats: How often an image counts at most, for the balance.
        temperature: Sharpens the labels, in `[0.01, 1]`; 1 does not.
        reinitialize: Whether each student starts from the weights that the
            network had when `fit` began, and from a fresh optimizer, as in the
            paper; or goes on as it is, which is better in short runs.
        verbose: 1 prints a line for each round, 0 nothing.

    Raises:
        ValueError: An argument is not one of those above; during training,
            there is no teacher yet, or the images do not say which they are.
        TypeError: The model has another method.

    Example:

    >>> rounds = keras_ssl.callbacks.NoisyStudentRounds(epochs=5, start_epoch=5)
    >>> rounds.threshold
    0.3

    Reference:
        [Xie et al., 2020](https://arxiv.org/abs/1911.04252), algorithm 1
    """

    acts_before_others = True

    def __init__(  # noqa: PLR0913  when there is a round, and what is in it
        self,
        epochs: int = 1,
        *,
        rounds: int | None = None,
        start_epoch: int | None = None,
        threshold: float = 0.3,
        balance: bool = True,
        max_repeats: int = 10,
        temperature: float = 1.0,
        reinitialize: bool = False,
        verbose: int = 1,
    ) -> None:
        super().__init__()
        check_number("epochs", epochs, 1)
        if rounds is not None:
            check_number("rounds", rounds, 1)
        self.epochs = epochs
        self.rounds = rounds
        self.start_epoch = start_epoch
        self.threshold = threshold
        self.balance = balance
        self.max_repeats = max_repeats
        self.temperature = temperature
        self.reinitialize = reinitialize
        self.verbose = verbose
        self._labels([[0.5, 0.5]])  # checks the arguments
        self._initial: list[Array] = []

    @property
    def memory(self) -> dict[str, Any]:
        """The state that a resumed run needs, saved with the weights."""
        return self.model.callback_state

    def on_train_begin(self, logs: Any = None) -> None:
        """Checks the method, and keeps the weights to start again from."""
        if not isinstance(self.model.method, NoisyStudent):
            raise TypeError(
                f"Received: a model with method={self.model.method!r}. "
                "Expected NoisyStudent, whose labels these are. Pass "
                '`method="noisy_student"` to the model.'
            )
        if not self.model.method.built:
            raise ValueError(UNKNOWN)
        if self.reinitialize:
            variables = self.model.network.variables
            self._initial = [ops.convert_to_numpy(v) for v in variables]

    def on_epoch_begin(self, epoch: int, logs: Any = None) -> None:
        """Begins a round if it is time."""
        if epoch < self.memory.get(OURS + "epoch", np.inf):
            self._begin()
        if self.model.phase != SUPERVISED and self._is_due(epoch):
            done = int(self.memory[OURS + "rounds"]) + 1
            self._remember(rounds=done, epoch=epoch)
            text = self._teach()
            say(f"\nNoisyStudentRounds: round {done}: {text}", self.verbose)
            if self.reinitialize:
                self._restart()

    def on_train_end(self, logs: Any = None) -> None:
        """Forgets the rounds, so that another `fit` begins with the first."""
        for name in [n for n in self.memory if n.startswith(OURS)]:
            del self.memory[name]

    # Rounds

    def _begin(self) -> None:
        """Keeps the state in which training began."""
        optimizer, phase = self.model.optimizer, self.model.phase
        trained = phase == SUPERVISED or read_number(optimizer.iterations)
        if self.start_epoch is None and not trained:
            raise ValueError(
                "Received: a model that has not been trained, in its "
                "semi-supervised phase. Expected a teacher for the first "
                "round. Pass `start_epoch=` to `NoisyStudentRounds`, 0 if the "
                "network was trained before it was wrapped; or add "
                "`PhaseSwitch` to the callbacks."
            )
        rate = ops.convert_to_numpy(optimizer.learning_rate)
        self._remember(rounds=0, epoch=0, learning_rate=rate)
        for index, value in enumerate(self._initial):
            self._remember(**{f"initial.{index}": value})

    def _remember(self, **values: Any) -> None:
        for name, value in values.items():
            self.memory[OURS + name] = np.asarray(value)

    def _is_due(self, epoch: int) -> bool:
        done, last = (int(self.memory[OURS + n]) for n in ("rounds", "epoch"))
        if not done:
            return epoch >= (self.start_epoch or 0)
        return epoch - last >= self.epochs and done != self.rounds

    def _restart(self) -> None:
        """Gives the network and the optimizer the state before training."""
        for index, variable in enumerate(self.model.network.variables):
            variable.assign(self.memory[f"{OURS}initial.{index}"])
        self.model.phase = SEMI_SUPERVISED  # restarts steps and averages
        reset_optimizer(self.model, self.memory[OURS + "learning_rate"])

    # Labels

    def _teach(self) -> str:
        """Fills the method's variables; says what is in them."""
        method = self.model.method
        probabilities, seen = predict_unlabeled(self.model, *method.table.shape)
        table = np.zeros(probabilities.shape, "float32")
        weight = np.zeros(len(table), "float32")
        if seen.any():
            table[seen], weight[seen] = self._labels(probabilities[seen])
        method.table.assign(table)
        method.weight.assign(weight)
        counts = np.bincount(table[weight > 0].argmax(axis=1))
        return (
            f"{counts.sum():,} of {len(table):,} images count, of "
            f"{np.count_nonzero(counts)} of {table.shape[1]} classes."
        )

    def _labels(self, probabilities: Array) -> tuple[Array, Array]:
        return teacher_labels(
            probabilities,
            threshold=self.threshold,
            balance=self.balance,
            max_repeats=self.max_repeats,
            temperature=self.temperature,
        )
